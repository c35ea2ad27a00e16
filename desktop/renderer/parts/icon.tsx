/** Icons of buttons. They say nothing to a screen reader: the button has a label. */
import type { ComponentChild } from "preact";

/** Paths on a grid of 16 × 16, drawn as lines. */
const PATHS = {
  up: "M8 13V3.5M3.5 8 8 3.5 12.5 8",
  down: "M8 3v9.5M3.5 8 8 12.5 12.5 8",
  clock: "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2ZM8 4.5V8l2.5 1.5",
  percent: "M3 13 13 3M4.5 3a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3ZM11.5 10a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3Z",
  more: "M3 7.2v1.6M8 7.2v1.6M13 7.2v1.6",
  duplicate: "M5.5 5.5h8v8h-8ZM10.5 3v-.5h-8v8H3",
  delete: "M2.5 4.5h11M6 4V2.5h4V4M4 4.5l.6 9h6.8l.6-9M6.7 7v4M9.3 7v4",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }): ComponentChild {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
