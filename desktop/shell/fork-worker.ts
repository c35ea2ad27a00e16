/** The worker as a child process of Node's: where there is no Electron. */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { FromWorker } from "../contract/channel.ts";
import type { WorkerProcess } from "./worker-link.ts";

const PROGRAM = fileURLToPath(new URL("../worker/worker.ts", import.meta.url));

/** @param options as Node's `fork` takes them; `program`: a bundle of it, which starts faster than its sources */
export function forkWorker({
  program = PROGRAM,
  ...options
}: {
  program?: string;
  execArgv?: string[];
  env?: NodeJS.ProcessEnv;
} = {}): WorkerProcess & { pid: number } {
  const child = fork(program, { ...options, serialization: "advanced" });
  child.on("error", () => {}); // its exit says enough
  return {
    pid: child.pid ?? 0,
    post(message) {
      // Somebody who has just died cannot be told anything: what was asked is answered when that is noticed.
      if (child.connected) child.send(message, () => {});
    },
    onMessage: (listener) => child.on("message", (message) => listener(message as FromWorker)),
    onExit: (listener) => child.once("exit", () => listener()),
    kill: () => child.kill("SIGKILL"),
  };
}
