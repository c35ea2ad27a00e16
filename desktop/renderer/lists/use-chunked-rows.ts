/** Long tables a part at a time, so that the first screenful is there at once and nothing ever stands still. */
import { useEffect, useState } from "preact/hooks";

/** As many as a screen shows below what stands above them. */
const FIRST = 12;
const STEP = 60;

/** How many of so many rows to draw now: soon all of them. */
export function useChunkedRows(total: number): number {
  const [drawn, setDrawn] = useState(FIRST);
  useEffect(() => {
    if (drawn >= total) return;
    const turn = requestIdleCallback(() => setDrawn(drawn + STEP), { timeout: 200 });
    return () => cancelIdleCallback(turn);
  }, [drawn, total]);
  return Math.min(drawn, total);
}
