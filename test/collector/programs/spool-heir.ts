import { append, openSpool, waitingIn } from "../spool/spools.ts";

/**
 * Takes over what others have left in a spool, keeps a span of its own there, and says as a line of JSON which process it is and what it has
 * found. Then it stays until it is killed, or kills itself, as its last argument says.
 */
const [directory = "", own = "", then = "stays"] = process.argv.slice(2);

const { spool } = openSpool({ directory });
await spool.takeOver();
const found = await waitingIn(spool);
append(spool, own);
process.stdout.write(`${JSON.stringify({ pid: process.pid, found: found.toSorted() })}\n`, () => {
  if (then === "dies") process.kill(process.pid, "SIGKILL");
});
setInterval(() => {}, 60_000);
