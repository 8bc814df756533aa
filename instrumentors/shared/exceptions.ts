import type { Attributes } from "@opentelemetry/api";

/** An error may be its own cause. */
const MAX_CAUSES = 8;

/** Names the kind of an error: by its `name`; by its class where the name says nothing, as with the errors of the `openai` package. */
export function errorType({ name, constructor }: Error): string {
  if (typeof name === "string" && name !== "" && name !== "Error") return name;
  return (typeof constructor === "function" && constructor.name) || "Error";
}

/** Describes an error as the event `exception` does. Not `recordException`: it is not masked, and says the code of an error for its type. */
export function exceptionAttributes(error: Error): Attributes {
  return {
    "exception.type": errorType(error),
    "exception.message": error.message,
    "exception.stacktrace": stackOf(error),
  };
}

/** The cause tells where it went wrong; the error around it, where that was noticed. */
function stackOf(error: Error): string {
  const stacks: string[] = [];
  for (let each: unknown = error; each instanceof Error && stacks.length < MAX_CAUSES; each = each.cause) {
    stacks.push(each.stack ?? `${errorType(each)}: ${each.message}`);
  }
  return stacks.join("\nCaused by: ");
}
