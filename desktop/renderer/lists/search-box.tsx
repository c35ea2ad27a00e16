/** Searches while the user types: the text goes into the address after a short pause. */
import type { ComponentChild } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { routeNow, setWords, word } from "../state/address.ts";

/** Pause between the last letter and the search, ms: about the time until a typist's next letter. */
const PAUSE_MS = 60;

interface SearchBoxProps {
  /** Says what it searches, for screen readers. */
  label: string;
  /** Says what to type; by default, the label. */
  hint?: string;
}

export function SearchBox({ label, hint = label }: SearchBoxProps): ComponentChild {
  const inAddress = word("q");
  const [typed, setTyped] = useState(inAddress);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const applied = useRef(inAddress);
  // "Back" or a link may change the word in the address: then the box shows that.
  useEffect(() => {
    if (inAddress !== applied.current) setTyped(inAddress);
    applied.current = inAddress;
  }, [inAddress]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const onInput = (text: string) => {
    setTyped(text);
    clearTimeout(timer.current);
    const route = routeNow();
    timer.current = setTimeout(() => {
      // On a busy computer, the next screen may be on display before this box is gone.
      if (routeNow() !== route) return;
      applied.current = text.trim() === "" ? "" : text;
      setWords({ q: applied.current });
    }, PAUSE_MS);
  };
  return (
    <input
      type="search"
      class="search"
      aria-label={label}
      title={`${label} (/)`}
      placeholder={`${hint} (/)`}
      spellcheck={false}
      value={typed}
      onInput={({ currentTarget }) => onInput(currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== "ArrowDown" && event.key !== "Enter") return;
        event.preventDefault();
        document.querySelector<HTMLElement>("#main [role=grid]")?.focus();
      }}
    />
  );
}
