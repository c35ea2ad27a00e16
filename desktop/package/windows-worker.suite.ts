/**
 * Runs the packed worker as a utility process on Node for Windows. A socket to the test replaces Electron's channel.
 * `node windows-worker.suite.ts PORT WORKER`
 */
import "../main/stand-in/electron-hook.suite.ts";
import { createRequire } from "node:module";
import { connect, Socket } from "node:net";
import { createInterface } from "node:readline";

// Wine does not support keep-alive, and reports it.
Socket.prototype.setKeepAlive = function () {
  return this;
};

const [port, worker = ""] = process.argv.slice(2);
const socket = connect(Number(port), "127.0.0.1");
socket.on("close", () => process.exit());
const lines = createInterface({ input: socket });
const parentPort = {
  on: (_: "message", listener: (event: { data: unknown }) => void) =>
    lines.on("line", (line) => listener({ data: JSON.parse(line) })),
  postMessage: (message: unknown) => socket.write(`${JSON.stringify(message)}\n`),
};
Object.assign(process, { parentPort });
createRequire(import.meta.url)(worker);
