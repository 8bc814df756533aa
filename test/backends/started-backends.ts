import { inject } from "vitest";

/** What the global set-up has started; null where it could not. Then the tests are skipped, and it says so in a box. */
export interface StartedBackends {
  readonly phoenixPostgres: { readonly url: string } | null;
  readonly mlflow: { readonly url: string } | null;
  readonly collector: { readonly url: string; readonly file: string } | null;
}

declare module "vitest" {
  interface ProvidedContext {
    backends: StartedBackends;
  }
}

/** Holds the backends of the run. All tests share them: traces are told apart by their ids. */
export const started: StartedBackends = inject("backends");

/** Stands where there is no backend: nothing is sent there. */
export const NOWHERE = "http://backend.invalid";
