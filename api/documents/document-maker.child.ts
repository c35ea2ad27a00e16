/** A thread that makes documents as its tasks' ids say, in place of the one that makes them. */
import type { MakerReply, ToMaker } from "../../projector/maker/maker-program.ts";
import { failureOf, serveTasks } from "../../projector/threads/thread-program.ts";

export const DOES = { hang: 101, crash: 102, fail: 103, slow: 1_000 } as const;

serveTasks<ToMaker, MakerReply>(
  (message) => {
    if (!("format" in message)) return { reply: { forgotten: true } };
    const id = "id" in message ? message.id : 0;
    if (id === DOES.hang) for (;;);
    // So long that the requests of others arrive while they wait.
    if (id >= DOES.slow) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    if (id === DOES.crash) throw new Error("a crash");
    if (id === DOES.fail) throw new Error("the pages could not be set, as the test says");
    const file = {
      format: message.format,
      mediaType: "application/pdf",
      bytes: new TextEncoder().encode(`${id}`),
    } as const;
    return { reply: { made: { file, name: `${id}.pdf`, paperVersion: 1 } } };
  },
  (error) => {
    if ((error as Error).message === "a crash") throw error;
    return { failure: failureOf(error) };
  },
);
