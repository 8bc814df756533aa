import { createDestinations, type DestinationOptions } from "../destinations.ts";
import { readCertificates } from "../delivery/agents.ts";
import type { Destination } from "../delivery/destination.ts";
import type { Answer } from "../delivery/outcome.ts";
import { resolveProjectName } from "../endpoint.ts";
import { spansInWords } from "../notices.ts";
import { resolveSpool } from "../spool/spool-options.ts";
import { type Check, check } from "./check.ts";
import { findCopies, trouble } from "./copies.ts";
import { findAddresses, openConnection, shakeHands } from "./network.ts";
import { createProbe, phoenixVersion, readBack, sendProbe } from "./probe.ts";
import { type AwaitedDestination, inspectSpool, requireWritable } from "./spool-state.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Says what to look at, over what the environment says. */
export interface DiagnoseOptions extends DestinationOptions {
  /** The folder of the spool. */
  readonly directory?: string | undefined;
  /** The folder of the program: where its packages are. */
  readonly program?: string | undefined;
}

/** The probe gets a project of its own: nobody's numbers change. */
const PROBE_PROJECT = "vitrine-doctor";

/** What is typed for /v1/traces, and then stands before it. */
const ALMOST = /\/v1\/trac(?!es(\/|$))/i;

/**
 * Looks, one after another, at everything that a span passes on its way: address, network, answer, storage, packages, spool.
 *
 * Stops looking along the network at the first fault there. Errors: none; what fails is a check with a fault.
 */
export async function* diagnose(options: DiagnoseOptions, env: Environment): AsyncGenerator<Check> {
  const destination = destinationOf(options, env);
  if ("verdict" in destination) yield destination;
  else yield* alongTheWay(destination, env);
  yield copiesIn(options.program ?? process.cwd());
  const { directory: folder } = resolveSpool(
    options.directory === undefined ? true : { directory: options.directory },
    env,
  );
  yield* spoolIn(folder, "verdict" in destination ? undefined : destination);
}

function destinationOf(options: DiagnoseOptions, env: Environment): Destination | Check {
  try {
    return createDestinations(options, env)[0];
  } catch (error) {
    return { name: "endpoint", verdict: "fault", said: error instanceof Error ? error.message : String(error) };
  }
}

async function* alongTheWay(destination: Destination, env: Environment): AsyncGenerator<Check> {
  yield { name: "endpoint", verdict: "ok", said: `${destination.url} (from ${destination.source})` };
  const { pathname } = destination.address;
  if (ALMOST.test(pathname)) yield { name: "path", verdict: "note", said: `${pathname}: is /v1/traces meant?` };
  yield await check("project", async () => `${resolveProjectName(undefined, env)}, unless register() names another`);
  const first = destination.proxy ?? destination.address;
  if (destination.proxy !== undefined) yield { name: "proxy", verdict: "note", said: `through ${first.host}` };
  const steps: [name: string, look: () => Promise<string>][] = [
    ["DNS", async () => `${first.hostname} is ${await findAddresses(first)}`],
    ["TCP", async () => openConnection(first).catch(explainNobody)],
  ];
  if (first.protocol === "https:") steps.push(["TLS", async () => shakeHands(first, readCertificates(env))]);
  for (const [name, look] of steps) {
    const found = await check(name, look);
    yield found;
    if (found.verdict === "fault") return;
  }
  yield* probing(destination);
}

function explainNobody(error: unknown): never {
  if (!(error instanceof Error && "code" in error && error.code === "ECONNREFUSED")) throw error;
  throw new Error(
    `nobody listens there (${error.message || error.code}): start the backend, or name another with --endpoint`,
  );
}

async function* probing(destination: Destination): AsyncGenerator<Check> {
  const probe = createProbe(PROBE_PROJECT);
  let answer: Answer | undefined;
  yield await check("send", async () => {
    answer = await sendProbe(destination, probe);
    return `a probe was taken: ${answer.status}${describeType(answer)}`;
  });
  if (answer === undefined) return;
  const version = phoenixVersion(answer);
  if (version === undefined) {
    yield {
      name: "read back",
      verdict: "note",
      said: "this is no Phoenix: whether the probe was stored, its own pages say",
    };
    return;
  }
  yield { name: "Phoenix", verdict: "ok", said: `version ${version}` };
  yield await check(
    "read back",
    async () => `from the project ${PROBE_PROJECT}, ${await readBack(destination, probe)}`,
  );
}

function describeType({ headers }: Answer): string {
  const type = [headers["content-type"]].flat()[0];
  return type === undefined ? "" : ` (${type})`;
}

function copiesIn(folder: string): Check {
  const copies = findCopies(folder);
  const fault = trouble(copies);
  const list = copies.map(({ name, version }) => `${name} ${version}`).join(", ");
  if (fault === undefined) return { name: "packages", verdict: "ok", said: list };
  return {
    name: "packages",
    verdict: copies.length === 0 ? "fault" : "note",
    said: `${fault}${list === "" ? "" : ` (${list})`}`,
  };
}

async function* spoolIn(folder: string, destination: Destination | undefined): AsyncGenerator<Check> {
  const { living, abandoned, waiting, awaited, bytes, rejected } = await inspectSpool(folder);
  yield await check("spool", async () => {
    requireWritable(folder);
    const owners = `${living} of living processes, ${abandoned} of others`;
    return `${folder}: ${waiting} spans wait, ${(bytes / 1e6).toFixed(1)} MB, folders: ${owners}`;
  });
  const elsewhere = destination === undefined ? [] : awaited.filter(({ id }) => id !== destination.id);
  for (const one of elsewhere) yield { name: "elsewhere", verdict: "note", said: waitsElsewhere(one) };
  if (rejected > 0)
    yield { name: "rejected", verdict: "note", said: `${rejected} in ${folder}/rejected, each with its reason` };
}

/** A program may send to several destinations, of which only one is looked at: no fault. */
function waitsElsewhere({ url, waiting, waitingOfLiving }: AwaitedDestination): string {
  const fact = `${spansInWords(waiting)} for ${url ?? "another address"}, which is not the one looked at here`;
  if (waiting === waitingOfLiving) return `${fact}: living processes send them`;
  return `${fact}: vitrine deliver --endpoint ${url ?? "URL"} sends those of processes that are no more`;
}
