/** What happened, newest first, in plain words with who and when. */
import type { ComponentChild } from "preact";
import type { ActivityWords } from "../../contract.ts";
import { ago, time } from "../format.ts";
import { locale } from "../state.ts";

/** Where a thing is shown; what has no screen is no link. */
const SCREENS: Readonly<Record<string, string>> = {
  invoice: "/invoices",
  client: "/clients",
  payment: "/payments",
  item: "/items",
};

export function ActivityList({
  rows,
  links = true,
}: {
  rows: readonly ActivityWords[];
  links?: boolean;
}): ComponentChild {
  if (rows.length === 0) return <p class="empty">Nothing has happened yet.</p>;
  return (
    <ol class="activity">
      {rows.map(({ seq, at, actor_name, stream_kind, stream, words }) => {
        const screen = links ? SCREENS[stream_kind] : undefined;
        return (
          <li key={seq}>
            <span class="words">{screen ? <a href={`#${screen}/${stream}`}>{words}</a> : words}</span>
            <span class="who">{actor_name ?? "The server"}</span>
            <time dateTime={new Date(at).toISOString()} title={time(at, locale.value)}>
              {ago(at, Date.now(), locale.value)}
            </time>
          </li>
        );
      })}
    </ol>
  );
}
