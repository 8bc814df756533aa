import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Context, context, trace } from "@opentelemetry/api";
import { expect, it, onTestFinished } from "vitest";
import { errorText } from "../../docker/error-text.ts";
import { freePort } from "../../docker/free-port.ts";
import { type PhoenixServer, startPhoenixServer } from "../../docker/phoenix-server.ts";
import { ensurePhoenixVenv } from "../../docker/phoenix-venv.ts";
import { startSpoolProvider, temporaryFolder } from "../support/spool-provider.ts";
import { describePhoenix } from "./describe-phoenix.ts";
import { waitForTrace } from "./phoenix-api.ts";
import { box } from "./setup/box.ts";

/** Phoenix needs seconds to store them, and answers for them at once. */
const ENDED_BEFORE = 200;
const ENDED_WHILE_DOWN = 20;
/** An install of Phoenix, two starts, and storing on a machine that does other things as well. */
const LIMIT_MS = 600_000;

describePhoenix("Phoenix, killed and started again on the same database,", () => {
  it(
    "has every span that ended, also those it had answered for and lost",
    async ({ skip }) => {
      const python = await findPython();
      if (python === undefined) return skip("There is no Phoenix here that could be killed.");
      const phoenix = await startKillablePhoenix(python);
      const { processor, provider } = startSpoolProvider({ endpoint: phoenix.url });
      const tracer = provider.getTracer("killed");
      const ids: string[] = [];
      const end = (spans: number, parent: Context) => {
        for (let index = 0; index < spans; index += 1) {
          const span = tracer.startSpan(`span ${index}`, {}, parent);
          span.end();
          ids.push(span.spanContext().spanId);
        }
      };
      const root = tracer.startSpan("root");
      const { traceId, spanId } = root.spanContext();
      const inRoot = trace.setSpan(context.active(), root);
      const stored = async (spans: number) => (await waitForTrace({ url: phoenix.url, traceId, spans })).spans;

      // One is stored: what follows meets a Phoenix that knows the trace.
      end(1, inRoot);
      await processor.forceFlush();
      await stored(1);
      end(ENDED_BEFORE, inRoot);
      await processor.forceFlush();
      const storedBefore = (await stored(0)).length;
      await phoenix.kill();
      const answeredFor = processor.stats().delivered;
      end(ENDED_WHILE_DOWN, inRoot);
      await expect.poll(() => processor.stats().lastError, { timeout: 30_000 }).toMatch(/ECONNREFUSED|socket hang up/);
      await phoenix.start();
      root.end();
      ids.push(spanId);
      await processor.forceFlush({ timeoutMs: 60_000 });

      const spans = await stored(ids.length);
      expect(answeredFor).toBe(1 + ENDED_BEFORE);
      expect(storedBefore, "Phoenix had stored all before it was killed: nothing was at stake").toBeLessThan(
        answeredFor,
      );
      expect(spans.map((span) => span.spanId).toSorted()).toEqual(ids.toSorted());
      expect(processor.stats()).toMatchObject({ delivered: ids.length, waiting: 0, dropped: { byReason: {} } });
    },
    LIMIT_MS,
  );
});

/** Gives the Python that has Phoenix. Gives undefined, and says it loudly, where Phoenix is in a container only; with `CI` set that is an error. */
async function findPython(): Promise<string | undefined> {
  try {
    return await ensurePhoenixVenv((folder) =>
      process.stderr.write(`Phoenix for the tests: installing it into ${folder}, once: about a minute, 850 MB\n`),
    );
  } catch (error) {
    if (process.env["CI"]) throw error;
    const title = "THAT NOTHING IS LOST WHEN PHOENIX IS KILLED WAS NOT TESTED, because";
    process.stderr.write(`\n${box([title, `  ${errorText(error)}`, "Install Python 3.10 or later."])}`);
    return undefined;
  }
}

/** Starts a Phoenix that can be killed, and started again where it was. */
async function startKillablePhoenix(realPython: string) {
  const folder = temporaryFolder();
  const pidFile = join(folder, "pid");
  const python = join(folder, "python");
  // The only way to its process id: what starts Phoenix stops it, but does not kill it.
  writeFileSync(python, `#!/bin/sh\necho $$ > '${pidFile}'\nexec '${realPython}' "$@"\n`, { mode: 0o700 });
  const place = { python, workingDirectory: folder, port: await freePort(), grpcPort: await freePort() };
  let server: PhoenixServer = await startPhoenixServer(place);
  onTestFinished(async () => server.stop());
  return {
    url: server.url,
    kill: async () => {
      process.kill(Number(readFileSync(pidFile, "utf8")), "SIGKILL");
      await server.ended;
    },
    start: async () => {
      server = await startPhoenixServer(place);
    },
  };
}
