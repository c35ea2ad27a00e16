/** Search as you type: what is typed goes into the address a moment later. */
import type { ComponentChild } from "preact";
import { useEffect, useState } from "preact/hooks";
import { setWords, word } from "../address.ts";

/** After the last letter, ms: shorter than anybody waits, longer than between two letters. */
const PAUSE_MS = 120;

export function SearchBox({ label }: { label: string }): ComponentChild {
  const inAddress = word("q");
  const [typed, setTyped] = useState(inAddress);
  // Going back, or another link, changes what is typed.
  useEffect(() => setTyped(inAddress), [inAddress]);
  useEffect(() => {
    if (typed === inAddress) return;
    const timer = setTimeout(() => setWords({ q: typed }), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <input
      type="search"
      class="search"
      aria-label={label}
      placeholder={label}
      title={`${label} (/)`}
      value={typed}
      spellcheck={false}
      onInput={({ currentTarget }) => setTyped(currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== "ArrowDown") return;
        event.preventDefault();
        document.querySelector<HTMLElement>("#main [role=grid]")?.focus();
      }}
    />
  );
}
