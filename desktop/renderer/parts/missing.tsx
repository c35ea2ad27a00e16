/** Shown for an address whose thing is not in the local copy, or was not there yet at the moment on display. */
import type { ComponentChild } from "preact";
import { at } from "../state/at.ts";
import { moment } from "../state/moment.ts";
import { locale } from "../state/state.ts";
import { useBirth } from "../state/use-birth.ts";
import { eventName, momentTime } from "../text/moments/moment-words.ts";
import { MomentLink } from "./moment-link.tsx";

interface MissingProps {
  what: string;
  /** The list that has all of them. */
  to: string;
  /** Its id: the event that created it. */
  id: number;
}

export function Missing({ what, to, id }: MissingProps): ComponentChild {
  const name = what.replace(/^./, (letter) => letter.toUpperCase());
  const birth = useBirth(id);
  if (at.value !== null && birth === undefined) return <p class="waiting">Loading…</p>;
  if (at.value !== null && birth && moment.value && id > moment.value.seq)
    return (
      <section class="empty">
        <h1>This {what} did not exist yet</h1>
        <p>
          It was created on {momentTime(birth, locale.value)} ({eventName(id, locale.value)}).{" "}
          <MomentLink seq={id}>Open the books at that moment</MomentLink>
        </p>
      </section>
    );
  return (
    <section class="empty">
      <h1>{name} not found</h1>
      <p>
        It may arrive with the next sync. <a href={`#${to}`}>Go to the list</a>
      </p>
    </section>
  );
}
