/** Activity, newest first: what happened, who did it, and when. */

import type { ComponentChild } from "preact";
import type { ActivityWords } from "../../contract/contract.ts";
import { nowThere } from "../state/moment.ts";
import { locale } from "../state/state.ts";
import { activityText } from "../text/activity-text.ts";
import { ago, day } from "../text/format.ts";
import { bookTime } from "../text/moments/book-time.ts";
import { MomentLink } from "./moment-link.tsx";

/** The screen of each kind of thing. Other kinds have no link. */
const SCREENS: Readonly<Record<string, string>> = {
  invoice: "/invoices",
  client: "/clients",
  payment: "/payments",
  refund: "/refunds",
  item: "/items",
};

/** The address of the screen of a client, item, invoice, payment or refund; null for other kinds of things. */
export function recordOf(kind: string, id: number): string | null {
  return Object.hasOwn(SCREENS, kind) ? `#${SCREENS[kind]}/${id}` : null;
}

/** Up to this age, "5 days ago" is shown instead of a date, ms. */
const LONG_AGO_MS = 14 * 86_400_000;

interface ActivityListProps {
  rows: readonly ActivityWords[];
  /** The stream that the current screen shows: its entries are no links. */
  about?: number;
}

export function ActivityList({ rows, about }: ActivityListProps): ComponentChild {
  if (rows.length === 0) return <p class="empty">Nothing has happened yet.</p>;
  return (
    <ol class="activity">
      {rows.map(({ seq, at, actor_name, stream_kind, stream, words }) => {
        const href = stream === about ? null : recordOf(stream_kind, stream);
        const text = activityText(words, locale.value);
        return (
          <li key={seq}>
            <span class="words">{href === null ? text : <a href={href}>{text}</a>}</span>
            <span class="who">{actor_name ?? "The server"}</span>
            <MomentLink seq={seq} to={href?.slice(1)} />
            <a class="event-link" href={`#/events/${seq}`} title="Open this event">
              <time dateTime={new Date(at).toISOString()} title={bookTime(at)}>
                {whenText(at, nowThere())}
              </time>
            </a>
          </li>
        );
      })}
    </ol>
  );
}

function whenText(atMs: number, nowMs: number): string {
  if (nowMs - atMs < LONG_AGO_MS) return ago(atMs, nowMs, locale.value);
  const here = new Date(atMs - new Date(atMs).getTimezoneOffset() * 60_000);
  return day(here.toISOString().slice(0, 10), locale.value);
}
