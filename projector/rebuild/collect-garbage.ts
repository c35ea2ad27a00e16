/**
 * V8 keeps its garbage as long as the machine has memory to spare. A rebuild makes much of it, in a process that has
 * other work: it asks for a collection when the rows that it held are written, some 50 ms for each 50,000 events.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

let collect: (() => void) | null = null;

/** Gives memory back that nobody refers to any more. It takes as long as what is still in use is large. */
export function collectGarbage(): void {
  if (collect === null) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as () => void;
  }
  collect();
}
