/** A thread for reads that does what the input says, in place of the one that reads. */
import { serveTasks } from "../../projector/threads/thread-program.ts";
import type { MomentReply, ToMomentThread } from "./moment-thread-program.ts";

serveTasks<ToMomentThread, MomentReply>(
  (message) => {
    if ("forget" in message) return { reply: { forgotten: true } };
    // What a search is for, if it comes from a request.
    const { q = "answer", does = q } = message.input as { q?: string; does?: string };
    if (does === "hang") for (;;);
    if (does === "fail") throw new Error("as the test says");
    return {
      reply: { answer: { moment: { seq: 1, atMs: 0 }, json: new TextEncoder().encode("{}"), digest: message.user } },
    };
  },
  (error) => {
    throw error;
  },
);
