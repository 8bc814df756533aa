import { ModelError, reasonOf, toError } from "../errors.ts";

/** Makes a ModelError of what a client of the `openai` package threw, with the status, the request id and the body of the answer, if there was one. */
export function toModelError(
  thrown: unknown,
  { modelId, baseURL }: { readonly modelId: string; readonly baseURL: string },
): ModelError {
  const error = toError(thrown);
  const status = fact(error, "status");
  const requestId = fact(error, "requestID");
  return new ModelError(`The call to model "${modelId}" at ${baseURL} failed: ${reasonOf(error)}`, {
    cause: thrown,
    modelId,
    status: typeof status === "number" ? status : undefined,
    requestId: typeof requestId === "string" ? requestId : undefined,
    body: fact(error, "error"),
  });
}

/** Reads a field that errors of the client have. */
function fact(error: Error, name: "status" | "requestID" | "error"): unknown {
  return Object.entries(error).find(([key]) => key === name)?.[1];
}
