import { STATUS_CODES } from "node:http";
import { AgentError, reasonOf, toError } from "../errors.ts";
import { STREAM_ENDED } from "./mcp-wire.ts";

interface ConnectFacts {
  readonly serverName: string;
  /** How the server ended, for the case that it did. */
  readonly ending: string;
  readonly timeoutMs: number;
  /** Whether there was a connection before. */
  readonly isAgain: boolean;
}

interface CallFacts {
  readonly serverName: string;
  readonly toolName: string;
  readonly ending: string;
  readonly isClosed: boolean;
}

/** Says why a server cannot be connected to, and the way out. */
export function connectFailure(thrown: unknown, { serverName, ending, timeoutMs, isAgain }: ConnectFacts): AgentError {
  if (thrown instanceof AgentError) return thrown;
  const server = `The MCP server ${serverName}${isAgain ? " ended before, and connecting again failed: it" : ""}`;
  const answer = httpAnswer(thrown);
  if (answer !== undefined) return new AgentError(`${server} ${answer}`);
  if (isClosedConnection(thrown)) return new AgentError(`${server} ${ending}. Run it by hand to see what it lacks.`);
  if (codeOf(thrown) === "REQUEST_TIMEOUT")
    return new AgentError(`${server} did not answer within ${timeoutMs} ms. Give it more by \`timeoutMs\`.`);
  return new AgentError(`${server} cannot be reached: ${reasonOf(toError(thrown))}. Is it there, and is it running?`);
}

/** Says what became of a call whose server gave no answer to it. */
export function callFailure(thrown: unknown, { serverName, toolName, ending, isClosed }: CallFacts): AgentError {
  if (isClosed)
    return new AgentError(`The connection to the MCP server ${serverName} was closed while "${toolName}" ran.`);
  const answer = httpAnswer(thrown);
  if (answer !== undefined) return new AgentError(`The MCP server ${serverName} ${answer}`);
  const isToldAlready = isClosedConnection(thrown) || isStreamEnd(thrown);
  const reason = isToldAlready ? "" : ` (${reasonOf(toError(thrown))})`;
  return new AgentError(
    `The MCP server ${serverName} ${ending}${reason} while "${toolName}" ran; what it has done is not known. The next call connects again.`,
  );
}

/** Says whether the server lives and answered, if only with an error or with what is no answer. */
export function isAnswered(thrown: unknown): boolean {
  const code = codeOf(thrown);
  return (typeof code === "number" && !isStreamEnd(thrown)) || (typeof code === "string" && ODD_ANSWERS.has(code));
}

/** Codes of the MCP client. */
const ODD_ANSWERS = new Set([
  "INVALID_RESULT",
  "UNSUPPORTED_RESULT_TYPE",
  "INPUT_REQUIRED_ROUNDS_EXCEEDED",
  "CLIENT_HTTP_UNEXPECTED_CONTENT",
]);

/** Says whether HTTP's 404 came in place of an answer: within a session, it means that there is no such session any more. */
export function isNotFound(thrown: unknown): boolean {
  return statusOf(thrown) === 404;
}

function isClosedConnection(thrown: unknown): boolean {
  return codeOf(thrown) === "CONNECTION_CLOSED" || codeOf(thrown) === "NOT_CONNECTED";
}

function isStreamEnd(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.message.includes(STREAM_ENDED);
}

function codeOf(thrown: unknown): unknown {
  return thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
}

function statusOf(thrown: unknown): number | undefined {
  return thrown instanceof Error && "status" in thrown && typeof thrown.status === "number" ? thrown.status : undefined;
}

/** Without the body, as pages of errors are long. */
function httpAnswer(thrown: unknown): string | undefined {
  const status = statusOf(thrown);
  return status === undefined ? undefined : `answered ${status} ${STATUS_CODES[status] ?? ""}. ${wayOutOf(status)}`;
}

function wayOutOf(status: number): string {
  if (status === 401 || status === 403) return "Give what it asks for in `headers`, such as an `authorization`.";
  if (status === 404 || status === 405) return "Is that the address of its MCP endpoint?";
  return "Try again later, or look at its log.";
}
