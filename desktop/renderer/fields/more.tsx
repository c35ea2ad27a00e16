/** "More" of a form: optional fields, out of sight until somebody needs them, with a line that says what is filled in. */
import type { ComponentChild } from "preact";
import { useId, useReducer, useRef } from "preact/hooks";
import "../more/load-code-lists.ts";
import { isSame } from "../form/merge.ts";
import type { MoreGroup, TypedMore } from "../more/more.ts";
import { type MoreWord, wordsOfMore } from "../more/more-words.ts";
import { typedMore } from "../more/read-more.ts";
import { word } from "../state/address.ts";
import { locale } from "../state/state.ts";

interface MoreProps {
  /** The path of its group in the command. A link to one of its fields opens it. */
  at: string;
  /** What is behind it, for those who look for a field. */
  about: string;
  /** What is filled in. */
  words: readonly MoreWord[];
  /** True: a field in it has an error, so it opens. */
  hasError: boolean;
  children: () => ComponentChild;
}

/** How many values the line names. */
const MOST_WORDS = 6;

/** Open at first where something is filled in. */
export function More({ at, about, words, hasError, children }: MoreProps): ComponentChild {
  const id = useId();
  const [, redraw] = useReducer<number, void>((turn) => turn + 1, 0);
  const isOpen = useRef(words.length > 0 || word("field").startsWith(`${at}.`));
  // A refusal opens it while it is drawn, because the notice of the form looks for its field.
  const hadError = useRef(false);
  if (hasError && !hadError.current) isOpen.current = true;
  hadError.current = hasError;
  return (
    <section class="panel more" aria-label="More">
      <h2>
        <button
          type="button"
          class="plain more-toggle"
          aria-expanded={isOpen.current}
          aria-controls={id}
          onClick={() => {
            isOpen.current = !isOpen.current;
            redraw();
          }}
        >
          More
        </button>
      </h2>
      {!isOpen.current && <p class="detail more-line">{words.length === 0 ? about : wordsInLine(words)}</p>}
      <div id={id} class="more-content" hidden={!isOpen.current}>
        {isOpen.current && children()}
      </div>
    </section>
  );
}

/** `Project: P-1 · Contract: 2026/17` */
export function wordsInLine(words: readonly MoreWord[]): string {
  const rest = words.length - MOST_WORDS;
  const shown = words.slice(0, MOST_WORDS).map(({ label, text }) => `${label}: ${text}`);
  return [...shown, ...(rest > 0 ? [`and ${rest} more`] : [])].join(" · ");
}

interface MoreVersionProps {
  group: MoreGroup;
  typed: TypedMore;
  /** The version beside it: only what differs is shown. */
  other: TypedMore;
}

/** One of two versions of what is behind "More". */
export function MoreVersion({ group, typed, other }: MoreVersionProps): ComponentChild {
  const words = wordsOfMore(group, typed, locale.value).filter(({ path }) => !isSame(typed[path], other[path]));
  if (words.length === 0) return <span class="detail">(empty)</span>;
  return words.map(({ path, label, text }) => (
    <span key={path} class="version-line">
      {`${label}: ${text}`}
    </span>
  ));
}

/** What a stored group states, for the page of its thing. */
export function factsOfMore(group: MoreGroup, value: object | null, currency = ""): (readonly [string, string])[] {
  const typed = typedMore(group, value, { locale: locale.value, currency });
  return wordsOfMore(group, typed, locale.value).map(({ label, text }) => [label, text] as const);
}
