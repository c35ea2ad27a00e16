/**
 * What the books were at moments of a log, by replaying it: for tests that compare it with what a whole cache says of the
 * same moments. The moments are found in the events, without the code that finds them in a cache.
 */
import type Database from "better-sqlite3";
import type { OrganizationProfile } from "../../events/business/organization.ts";
import type { LogEvent } from "../../events/encoding/event.ts";
import { dateAt, endOfDay } from "../../events/values/calendar.ts";
import type { Random } from "../../fixtures/data/random.ts";
import { Cache } from "../cache/cache.ts";
import { newCachePath } from "./cached-business.suite.ts";

/** A moment as users write it, and what it means. */
export interface NamedMoment {
  at: string;
  /** The last event that is known then. */
  seq: number;
  /** What time it is there. */
  atMs: number;
}

/** Random moments of a log: events, times, ends of days; the beginning and the end now and then. */
export function randomMoments(events: readonly LogEvent[], count: number, random: Random): NamedMoment[] {
  return Array.from({ length: count }, () => randomMoment(events, random));
}

function randomMoment(events: readonly LogEvent[], random: Random): NamedMoment {
  const edges = [0, 1, events.length];
  const seq = random.chance(0.1) ? random.pick(edges) : random.int(Math.min(3, events.length), events.length);
  const { at } = events[Math.max(0, seq - 1)] as LogEvent;
  const form = random.int(0, 3);
  if (form === 0) return dayMoment(events, dateAt(at, random.pick(["UTC", "Pacific/Kiritimati"])));
  if (form === 1) return timeMoment(events, at + random.pick([0, 0, 1, 86_400_000, 200 * 86_400_000]));
  return { at: form === 2 ? `event:${seq}` : eventText(seq), seq, atMs: at };
}

/** `2024` could be a year, so such an event has to be named as one. */
function eventText(seq: number): string {
  return seq > 1_000 ? `event:${seq}` : String(seq);
}

/** A time with its milliseconds, and all events up to it. */
export function timeMoment(events: readonly LogEvent[], atMs: number): NamedMoment {
  return { at: new Date(atMs).toISOString(), seq: events.filter(({ at }) => at <= atMs).length, atMs };
}

/** The end of a day in the time zone of the organization: that of the last profile before each event. */
export function dayMoment(events: readonly LogEvent[], date: string): NamedMoment {
  let zone = zoneOf(events[0]) ?? "UTC";
  let seq = 0;
  for (const event of events) {
    if (dateAt(event.at, zone) > date) break;
    zone = zoneOf(event) ?? zone;
    seq = event.seq;
  }
  return { at: date, seq, atMs: endOfDay(date, zone) };
}

function zoneOf(event: LogEvent | undefined): string | undefined {
  if (event?.type !== "OrganizationRegistered" && event?.type !== "OrganizationProfileChanged") return undefined;
  return (event.data as OrganizationProfile).timeZone;
}

/** Replays a log to each of these events, and looks at the books there. @returns what was seen, in the order of `moments` */
export function seenIn<Seen>(
  bodies: readonly Uint8Array[],
  moments: readonly NamedMoment[],
  look: (db: Database.Database, moment: NamedMoment) => Seen,
): Seen[] {
  const cache = Cache.create(newCachePath());
  try {
    const seen = new Map<NamedMoment, Seen>();
    for (const moment of moments.toSorted((a, b) => a.seq - b.seq)) {
      const { seq } = cache.checkpoint;
      if (moment.seq > seq) cache.apply(seq, bodies.slice(seq, moment.seq));
      seen.set(moment, look(cache.db, moment));
    }
    return moments.map((moment) => seen.get(moment) as Seen);
  } finally {
    cache.close();
  }
}
