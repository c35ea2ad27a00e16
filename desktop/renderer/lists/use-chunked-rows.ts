/** Draws long lists in chunks, so that the first screenful appears at once and the page stays responsive. */
import { useEffect, useState } from "preact/hooks";

/** About as many rows as fit on a screen below its head. */
const FIRST = 12;

/**
 * How many of the rows to draw now. The number soon grows to `total`. A few rows more, such as a new line, are drawn at once.
 *
 * @param step rows of a chunk: as many as take about as long as a frame
 */
export function useChunkedRows(total: number, step = 60): number {
  const [drawn, setDrawn] = useState(FIRST);
  useEffect(() => {
    if (drawn >= total) return;
    const turn = requestIdleCallback(() => setDrawn(drawn + step), { timeout: 200 });
    return () => cancelIdleCallback(turn);
  }, [drawn, total, step]);
  return total <= drawn + step ? total : drawn;
}
