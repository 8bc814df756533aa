import { describe, inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** The base URL of the run's Phoenix; null where there is none. */
    phoenixUrl: string | null;
  }
}

const provided = inject("phoenixUrl");

/** Is the base URL of the run's Phoenix. All tests of a run share it: use random project names. */
export const phoenixUrl = provided ?? "http://phoenix.invalid";

/** Describes what holds with a real Phoenix. Where there is none its tests are skipped, and the global set-up says so in a box. */
export const describePhoenix = provided === null ? describe.skip : describe;
