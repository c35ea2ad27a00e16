/** The worker as a child process of Node, for shells without Electron. */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { FromWorker } from "../contract/channel.ts";
import type { WorkerProcess } from "./worker-link.ts";

const PROGRAM = fileURLToPath(new URL("../worker/worker.ts", import.meta.url));

/** @param options those of Node's `fork`, and `program`: a bundle of the worker, which starts faster than its sources */
export function forkWorker({
  program = PROGRAM,
  ...options
}: {
  program?: string;
  execArgv?: string[];
  env?: NodeJS.ProcessEnv;
} = {}): WorkerProcess & { pid: number } {
  const child = fork(program, { ...options, serialization: "advanced" });
  child.on("error", () => {}); // `onExit` reports it
  return {
    pid: child.pid ?? 0,
    post(message) {
      // A worker that has just died receives nothing: `onExit` answers its calls.
      if (child.connected) child.send(message, () => {});
    },
    onMessage: (listener) => child.on("message", (message) => listener(message as FromWorker)),
    onExit: (listener) => child.once("exit", () => listener()),
    kill: () => child.kill("SIGKILL"),
  };
}
