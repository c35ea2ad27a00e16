/** A figure that opens what made it. It looks like plain text until somebody points at it, or reaches it by keyboard. */
import type { ComponentChild } from "preact";
import { type Figure, figureHref } from "./figure-address.ts";

interface WhyProps {
  /** Null: nothing explains it, so it is plain text. */
  figure: Figure | null;
  /** The day until which the figure counts; null: everything. */
  dated?: string | null;
  /** True in a row of a list, which is one stop of the keyboard. */
  inRow?: boolean;
  children: ComponentChild;
}

export function Why({ figure, dated = null, inRow = false, children }: WhyProps): ComponentChild {
  if (figure === null) return children;
  return (
    <a class="why" href={figureHref(figure, dated)} title="Why this number?" {...(inRow && { tabIndex: -1 })}>
      {children}
    </a>
  );
}
