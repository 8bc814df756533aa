// Run by the tests as a process of its own.
import { spawn } from "node:child_process";
import { writeSync } from "node:fs";
import { StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import { makeServer } from "./mcp-server.js";

function exit() {
  writeSync(2, Array.from({ length: 30 }, (_, index) => `line ${index + 1}\n`).join(""));
  // It holds the pipes until they are closed at their other end.
  if (mode === "parent")
    spawn(process.execPath, ["-e", "setInterval(() => process.stdout.write(`\\n`), 20)"], { stdio: "inherit" });
  process.exit(7);
}

const [mode] = process.argv.slice(2);

if (mode === "broken") {
  writeSync(2, "no configuration file\n");
  process.exit(3);
}
if (mode === "silent") {
  process.stdin.resume();
} else {
  await makeServer({ exit }).connect(new StdioServerTransport());
  writeSync(2, `pid ${process.pid}\n`);
}
