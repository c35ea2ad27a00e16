/** Real workers in processes of their own, as the viewer starts them. */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { FromWorker, ToWorker } from "./channel.ts";
import type { WorkerProcess } from "./worker-link.ts";

const PROGRAM = fileURLToPath(new URL("worker/worker.ts", import.meta.url));

/** @param onSpawn told of each process, so that a test can kill it */
export function forkWorker(onSpawn: (pid: number) => void = () => {}): WorkerProcess {
  const child = fork(PROGRAM, { serialization: "advanced" });
  onSpawn(child.pid ?? 0);
  return {
    post: (message: ToWorker) => child.connected && child.send(message),
    onMessage: (listener) => child.on("message", (message) => listener(message as FromWorker)),
    onExit: (listener) => child.once("exit", () => listener()),
    kill: () => child.kill("SIGKILL"),
  };
}
