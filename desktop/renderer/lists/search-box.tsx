/** Search as you type: what is typed goes into the address a moment later. */
import type { ComponentChild } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { setWords, word } from "../state/address.ts";

/** Between the last letter and the search, ms: about as long as somebody takes for the next one. */
const PAUSE_MS = 60;

export interface SearchBoxProps {
  /** Says what it searches, to screen readers. */
  label: string;
  /** Says what may be typed; without it, the label does. */
  hint?: string;
}

export function SearchBox({ label, hint = label }: SearchBoxProps): ComponentChild {
  const inAddress = word("q");
  const [typed, setTyped] = useState(inAddress);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const sent = useRef(inAddress);
  // Another address came, by "back" or a link: it is what is shown, unless it is what was typed.
  useEffect(() => {
    if (inAddress !== sent.current) setTyped(inAddress);
    sent.current = inAddress;
  }, [inAddress]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const onInput = (text: string) => {
    setTyped(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      sent.current = text.trim() === "" ? "" : text;
      setWords({ q: sent.current });
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
