/** Whether the window matches a media query. The component is drawn again when that changes. */
import { useEffect, useState } from "preact/hooks";

/** @param query such as `(max-width: 760px)` */
export function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const update = () => setMatches(list.matches);
    list.addEventListener("change", update);
    return () => list.removeEventListener("change", update);
  }, [query]);
  return matches;
}
