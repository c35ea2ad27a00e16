/** Draws long tables in chunks, so that the first screenful appears at once and the page stays responsive. */
import { useEffect, useState } from "preact/hooks";

/** About as many rows as fit on a screen below its head. */
const FIRST = 12;
const STEP = 60;

/** How many of the rows to draw now. The number soon grows to `total`. */
export function useChunkedRows(total: number): number {
  const [drawn, setDrawn] = useState(FIRST);
  useEffect(() => {
    if (drawn >= total) return;
    const turn = requestIdleCallback(() => setDrawn(drawn + STEP), { timeout: 200 });
    return () => cancelIdleCallback(turn);
  }, [drawn, total]);
  return Math.min(drawn, total);
}
