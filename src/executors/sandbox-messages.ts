/** What model-written code may use. What is not given has the default written here. */
export interface SandboxLimits {
  /** Computing time of one step in milliseconds; waiting for tools is free. 5,000. */
  readonly cpuMs?: number;
  /** Memory of everything that the code holds, over all steps, in bytes. 64 MiB. */
  readonly memoryBytes?: number;
  /** Tool calls in one step. 256. */
  readonly hostCalls?: number;
  /** Tool calls that run at once; further ones wait for their turn. 32. */
  readonly parallelHostCalls?: number;
}

/** The whole interpreter, frozen between two steps. */
export interface SandboxState {
  readonly snapshot: Uint8Array;
  /** Finds the guest kit (guest-kit.js) in the snapshot. */
  readonly kitToken: number;
}

/** What a new worker is given. */
export interface SandboxData {
  readonly limits: Required<SandboxLimits>;
  /** Sources of ES modules, by the names under which code may import them. */
  readonly modules: Readonly<Record<string, string>>;
  /** Where to go on from; undefined for a fresh interpreter. */
  readonly state: SandboxState | undefined;
}

/** Asks the sandbox to run code. */
export interface RunMessage {
  readonly type: "run";
  readonly code: string;
  readonly fileName: string;
  readonly toolNames: readonly string[];
  /** A JSON object: variables by name. */
  readonly variables: string;
}

/** What came of a call. `json` is undefined where the value is. */
export type AnswerMessage =
  | { readonly type: "resolve"; readonly callId: number; readonly json: string | undefined }
  | { readonly type: "reject"; readonly callId: number; readonly message: string };

/** What the main thread says. */
export type HostMessage =
  | RunMessage
  | AnswerMessage
  /** A final answer was accepted: nothing of the code may run any more. */
  | { readonly type: "end" };

/** A call out of the sandbox: of a tool, or of `finalAnswer`, which has no `toolName`. */
export interface CallMessage {
  readonly type: "call";
  readonly callId: number;
  readonly toolName: string | undefined;
  readonly json: string | undefined;
}

/** An error that guest code threw and did not catch. `callId` is that of the call whose failure it is, if it is one. */
export interface GuestFailure {
  readonly message: string;
  readonly line: number | undefined;
  /** Where it was thrown, if in a module. `line` is that of the code that called it, if there is one. */
  readonly module: { readonly name: string; readonly line: number } | undefined;
  readonly callId: number | undefined;
}

/** What a step can be stopped for; `host` is from outside. What it did to the interpreter is lost. */
export type StopReason = "cpu" | "memory" | "hang" | "crash" | "host";

/** The last word on a step, if the worker has it. */
export type StepEnd =
  | { readonly type: "done"; readonly state: SandboxState; readonly json: string | undefined; readonly text: string }
  | { readonly type: "failed"; readonly state: SandboxState; readonly error: GuestFailure }
  | { readonly type: "stopped"; readonly reason: StopReason; readonly line?: number | undefined };

/** What the worker says. It answers each message either with `waiting`, when nothing is left to compute, or with the end of the step. */
export type WorkerMessage =
  | { readonly type: "started" }
  | { readonly type: "log"; readonly line: string }
  | { readonly type: "waiting" }
  | CallMessage
  | StepEnd;
