/** "Open the books at this moment": stands wherever an event is shown. */
import type { ComponentChild } from "preact";
import { addressAt, at } from "../state/at.ts";
import { path } from "../state/navigation.ts";
import { locale } from "../state/state.ts";
import { count } from "../text/format.ts";
import { Icon } from "./icon.tsx";

interface MomentLinkProps {
  /** The event: the books with it, and with everything recorded before. */
  seq: number;
  /** The screen that opens, such as `/invoices/12`; by default, the current one. */
  to?: string | undefined;
  /** Words instead of the icon. */
  children?: ComponentChild;
}

export function MomentLink({ seq, to = path.value, children }: MomentLinkProps): ComponentChild {
  const isHere = at.value === String(seq) && to === path.value;
  const name = isHere ? "You see the books at this moment" : "Open the books at this moment";
  return (
    <a
      class={children === undefined ? "moment-link" : undefined}
      href={`#${addressAt(to, String(seq))}`}
      aria-current={isHere ? "true" : undefined}
      {...(children === undefined && {
        title: `${name} (event ${count(seq, locale.value)})`,
        "aria-label": `${name}: event ${count(seq, locale.value)}`,
      })}
    >
      {children ?? <Icon name="clock" />}
    </a>
  );
}
