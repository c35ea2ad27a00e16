/** Whether the window is as a media query says, drawn again when that changes. */
import { useEffect, useState } from "preact/hooks";

/** @param query such as `(max-width: 760px)` */
export function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const tell = () => setMatches(list.matches);
    list.addEventListener("change", tell);
    return () => list.removeEventListener("change", tell);
  }, [query]);
  return matches;
}
