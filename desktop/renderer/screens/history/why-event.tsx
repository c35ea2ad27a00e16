/** One event: what was recorded, by whom and when, what it changed, and the proof that it is unchanged. */

import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";
import type { EventDetail } from "../../../contract/contract.ts";
import { recordOf } from "../../parts/activity-list.tsx";
import { Facts } from "../../parts/facts.tsx";
import { Fingerprint } from "../../parts/fingerprint.tsx";
import { MomentLink } from "../../parts/moment-link.tsx";
import { Problem } from "../../parts/problem.tsx";
import { at } from "../../state/at.ts";
import { download } from "../../state/download.ts";
import { moment } from "../../state/moment.ts";
import { locale } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { activityText } from "../../text/activity-text.ts";
import { bytes, count, day, money, time } from "../../text/format.ts";
import { bookTime } from "../../text/moments/book-time.ts";
import { eventName } from "../../text/moments/moment-words.ts";
import { EventFields } from "./why-fields.tsx";
import { postingText } from "./why-words.ts";

export function WhyEvent({ seq }: { seq: number }): ComponentChild {
  const { value, failure, waiting, retry } = useCall("getEvent", { seq });
  if (failure) return <Problem failure={failure} retry={retry} />;
  if (waiting) return <p class="waiting">Loading…</p>;
  if (!value && at.value !== null && moment.value && seq > moment.value.seq && seq <= moment.value.head)
    return (
      <section class="empty">
        <h1>This event came later</h1>
        <p>
          The books on display end with {eventName(moment.value.seq, locale.value)}.{" "}
          <MomentLink seq={seq}>Open the books at {eventName(seq, locale.value)}</MomentLink>
        </p>
      </section>
    );
  if (!value)
    return (
      <section class="empty">
        <h1>Event not found</h1>
        <p>
          This device has no event {count(seq, locale.value)}. <a href="#/activity">Show all activity</a>
        </p>
      </section>
    );
  return <Event detail={value} />;
}

function Event({ detail }: { detail: EventDetail }): ComponentChild {
  const { event, recorded, postings, currency } = detail;
  return (
    <>
      <header class="page-head">
        <h1>{activityText(event.words, locale.value)}</h1>
        <Steps detail={detail} />
      </header>
      <div class="stack">
        <section class="panel">
          <h2>Recorded</h2>
          <EventFacts detail={detail} />
        </section>
        {postings.length > 0 && <Postings postings={postings} />}
        {recorded?.data && <EventFields data={recorded.data} names={recorded.names} currency={currency} />}
        <Evidence detail={detail} />
      </div>
    </>
  );
}

/** The events beside it: of the same thing, and of all. */
function Steps({ detail: { event, before, after } }: { detail: EventDetail }): ComponentChild {
  const step = (to: number | null, name: string) => to !== null && <a href={`#/events/${to}`}>{name}</a>;
  return (
    <nav class="links" aria-label="Events">
      {step(before, "Before, of the same")}
      {step(after, "Next, of the same")}
      <MomentLink seq={event.seq} to={placeOf(event)}>
        Open the books at this moment
      </MomentLink>
    </nav>
  );
}

/** The screen on which the event shows most. */
function placeOf({ stream_kind, stream }: EventDetail["event"]): string {
  return recordOf(stream_kind, stream)?.slice(1) ?? "/";
}

function EventFacts({ detail }: { detail: EventDetail }): ComponentChild {
  const { event, version } = detail;
  const href = recordOf(event.stream_kind, event.stream);
  return (
    <Facts
      facts={[
        ["When", bookTime(event.at)],
        ["By", event.actor_name ?? "The server"],
        ["Of", href === null ? event.name : <a href={href}>{event.name}</a>],
        ["Event", count(event.seq, locale.value)],
        ["In its history", `event ${count(version, locale.value)}`],
        ["Type", <code>{event.type}</code>],
      ]}
    />
  );
}

function Postings({ postings }: { postings: EventDetail["postings"] }): ComponentChild {
  return (
    <section class="panel">
      <h2>What it changed</h2>
      <div class="scrolls">
        <table class="table event-postings">
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col">Dated</th>
              <th scope="col" class="number">
                Total
              </th>
              <th scope="col" class="number">
                Received
              </th>
              <th scope="col" class="number">
                Owed
              </th>
              <th scope="col" class="number">
                Credit
              </th>
            </tr>
          </thead>
          <tbody>
            {postings.map((posting) => {
              const text = (minor: number) => (minor === 0 ? "" : money(minor, posting.currency, locale.value));
              return (
                <tr key={posting.n}>
                  <td>{postingText(posting)}</td>
                  <td>{day(posting.dated_on, locale.value)}</td>
                  <td class="number">{text(posting.net_minor + posting.tax_minor)}</td>
                  <td class="number">{text(posting.cash_minor)}</td>
                  <td class="number">{text(posting.open_minor)}</td>
                  <td class="number">{text(posting.credit_minor)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** The hash, and the proof that the server signed it. */
function Evidence({ detail: { event, event_id, recorded } }: { detail: EventDetail }): ComponentChild {
  if (recorded === null)
    return (
      <section class="panel">
        <h2>Evidence</h2>
        <p class="detail">This device does not have the event’s bytes yet. Sync to fetch them.</p>
      </section>
    );
  const { schema, newest_schema } = recorded;
  return (
    <section class="panel">
      <h2>Evidence</h2>
      <Facts
        facts={[
          ["Hash", <Fingerprint of={recorded.hash} />],
          ["Size", bytes(recorded.bytes, locale.value)],
          ["Written as", `version ${schema} of its form${schema < newest_schema ? `, now ${newest_schema}` : ""}`],
          ["ID", <code>{event_id}</code>],
        ]}
      />
      <Proof seq={event.seq} />
      {recorded.data && <Raw data={recorded.data} />}
    </section>
  );
}

function Proof({ seq }: { seq: number }): ComponentChild {
  const { value, failure, retry } = useCall("getEventProof", { seq });
  if (failure) return <Problem failure={failure} retry={retry} />;
  if (!value) return null;
  const { state, size, signedAt, hashes, text } = value;
  if (state === "unsigned")
    return <p class="detail">The server signs nothing, so nobody can prove that this event is unchanged.</p>;
  if (state === "later" || size === null || hashes === null || text === null)
    return <p class="detail">The server has not signed this event yet, or this device has not verified it yet.</p>;
  return (
    <div class="proof-line">
      <p>
        <span class="badge" data-tone="good">
          Proven
        </span>{" "}
        The event is in the history of {count(size, locale.value)} events that the server signed
        {signedAt !== null && ` on ${time(signedAt, locale.value)}`}: {count(hashes, locale.value)} hashes lead from it
        to the signature. This device checked them now.
      </p>
      <button
        type="button"
        class="plain"
        onClick={() => download(`event-${seq}.tlog-proof`, [text], "text/plain;charset=utf-8")}
      >
        Save the proof
      </button>
    </div>
  );
}

function Raw({ data }: { data: object }): ComponentChild {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>As it was recorded</summary>
      {open && <pre class="raw">{JSON.stringify(data, null, 2)}</pre>}
    </details>
  );
}
