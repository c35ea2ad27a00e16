/** A thread's program that does what its tasks say. */
import { failureOf, serveTasks } from "./thread-program.ts";

const kept: object[] = [];

serveTasks<{ does: string; word?: string }, object>(
  ({ does, word }) => {
    if (does === "hang") for (;;);
    if (does === "grow") for (;;) kept.push({ kept: kept.length });
    if (does === "throw" || does === "fail") throw new Error("as the test says");
    if (does === "exit") process.exit(0);
    return { reply: { word } };
  },
  (error, { does }) => {
    if (does === "fail") throw error;
    return { failure: failureOf(error) };
  },
);
