import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isMainThread, parentPort, threadId, Worker } from "node:worker_threads";
import { destinationId } from "../../../src/collector/delivery/destination.ts";
import { register } from "../../../src/collector/register.ts";
import { LOCK_FILE } from "../../../src/collector/spool/owner-folder.ts";
import { openSpool, ownersIn, silence } from "../spool/spools.ts";

/**
 * Ends a span in the main thread and one in a worker, each with a collector adapter of its own, and says as JSON who owns a folder and how many
 * spans the main thread can take over: while the worker lives, when it has been terminated, and a minute later. Then it waits to be killed.
 */
const [endpoint = "", directory = "", worker = ""] = process.argv.slice(2);

/** On Node 20 a worker does not take over from its process how TypeScript is loaded. */
const START = `
  import(${JSON.stringify(import.meta.resolve("tsx/esm/api"))}).then(({ register }) => {
    register();
    return import(${JSON.stringify(import.meta.url)});
  });
`;

const collector = register({ endpoint, spool: { directory }, quiet: true, global: false });
collector
  .getTracer("test")
  .startSpan(isMainThread ? "main" : "worker")
  .end();
setInterval(() => {}, 60_000);
if (isMainThread) await lookAtWorker();
else parentPort?.postMessage("ended");

async function lookAtWorker(): Promise<void> {
  const child = new Worker(START, { eval: true, argv: process.argv.slice(2) });
  await once(child, "message");
  const owners = ownersIn(directory).map((name) => ownerOf(name));
  const taken = [await takeOver()];
  if (worker === "is terminated") {
    await child.terminate();
    taken.push(await takeOver());
    for (const { name } of owners.filter(({ thread }) => thread !== threadId)) silence(directory, name);
    taken.push(await takeOver());
  }
  process.stdout.write(
    `${JSON.stringify({ owners: owners.map(({ pid, thread }) => ({ pid, isWorker: thread > 0 })), taken })}\n`,
  );
}

/** Counts the spans that this thread finds ownerless. */
async function takeOver(): Promise<number> {
  const id = destinationId(`${endpoint}/v1/traces`);
  const { spool } = openSpool({ directory, to: [id] });
  await spool.takeOver();
  return spool.segments.reduce((sum, segment) => sum + segment.waitingFor(id), 0);
}

function ownerOf(name: string): { readonly name: string; readonly pid: number; readonly thread: number } {
  return { name, ...JSON.parse(readFileSync(join(directory, name, LOCK_FILE), "utf8")) };
}
