/** A thread for reads that does what the input says, in place of the one that reads. */
import { parentPort } from "node:worker_threads";
import type { FromMomentThread, ToMomentThread } from "./moment-thread-program.ts";

const port = parentPort;
if (!port) throw new Error("this runs in a thread");
const post = (message: FromMomentThread) => port.postMessage(message);

port.on("message", (message: ToMomentThread) => {
  const { n } = message;
  if ("forget" in message) return post({ n, forgotten: true });
  // What a search is for, if it comes from a request.
  const { q = "answer", does = q } = message.input as { q?: string; does?: string };
  if (does === "hang") for (;;);
  if (does === "fail") setImmediate(() => Promise.reject(new Error("as the test says")));
  else if (does === "exit") process.exit(0);
  else post({ n, answer: { moment: { seq: 1, atMs: 0 }, json: new TextEncoder().encode("{}"), digest: message.user } });
});
post("ready");
