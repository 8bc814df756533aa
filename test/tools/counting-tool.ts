import { z } from "zod";
import { tool, type Tool, type ToolOptions } from "../../src/tools/tool.ts";

export const inputSchema = z.object({ n: z.int().default(1) });

/** Makes a tool that gives back its `n`, unless told otherwise. */
export function countingTool(options: Partial<ToolOptions<typeof inputSchema, unknown>> = {}): Tool<{ n: number }> {
  return tool({ name: "count", description: "Counts.", inputSchema, execute: ({ n }) => n, ...options });
}

/** Gives what the call rejects with. */
export async function failureOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => "no failure",
    (error: unknown) => error,
  );
}

/** Makes a promise that the test resolves. */
export function latch(): { readonly opened: Promise<void>; readonly open: () => void } {
  const opening = new EventTarget();
  const opened = new Promise<void>((resolve) => opening.addEventListener("open", () => resolve(), { once: true }));
  return { opened, open: () => void opening.dispatchEvent(new Event("open")) };
}
