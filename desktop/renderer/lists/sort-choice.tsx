/** The order of a list as a choice, for small windows, where most heads of columns are hidden. */
import type { ComponentChild } from "preact";
import { useMedia } from "./use-media.ts";
import { SMALL } from "./virtual-list.tsx";

interface SortChoiceProps {
  /** The current order, such as `-issued_on`. */
  sort: string;
  columns: readonly { name: string; sort?: string | undefined; first?: "-" | "" | undefined }[];
  /** The order that no column shows, such as newest first. */
  other?: { sort: string; name: string };
  onChoose: (sort: string) => void;
}

/** Nothing in a large window. */
export function SortChoice({ sort, columns, other, onChoose }: SortChoiceProps): ComponentChild {
  if (!useMedia(SMALL)) return null;
  const options = columns.flatMap(({ name, sort: word, first = "" }) => {
    if (word === undefined) return [];
    const both = [
      { sort: word, name: `${name} ↑` },
      { sort: `-${word}`, name: `${name} ↓` },
    ];
    return first === "-" ? both.reverse() : both;
  });
  return (
    <label class="choice sort-choice">
      Sort by
      <select value={sort} onChange={({ currentTarget }) => onChoose(currentTarget.value)}>
        {(other ? [other, ...options] : options).map((option) => (
          <option key={option.sort} value={option.sort}>
            {option.name}
          </option>
        ))}
      </select>
    </label>
  );
}
