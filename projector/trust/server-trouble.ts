/** What a server says is wrong with its own history, and which event that is: this device has its own verified copy. */
import { z } from "zod";
import { ConnectionError, LogError } from "../../events/errors.ts";
import { eventHash, sameBytes } from "../../events/hash.ts";
import type { EventLog } from "../../events/log/log.ts";
import { SEGMENT, type Sequence } from "../../events/sequence.ts";
import type { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import type { Alteration } from "./alteration.ts";

/** How many events are asked for at once. A server compares whole blocks with its tree, and refuses those that differ. */
const PART = SEGMENT / 2;

/** ALTERED: its history contradicts what it signed. BEHIND: it ends before that. */
type TroubleCode = "ALTERED" | "BEHIND";

/** What a server says about it. */
export interface Trouble {
  /** The event that it found; null: it does not say. */
  event: Sequence | null;
  /** How many events it has signed; null: it does not say. */
  signed: Sequence | null;
}

const troubleReply = z.object({
  trouble: z
    .object({ event: z.int().positive().nullable().catch(null), signed: z.int().positive().nullable().catch(null) })
    .nullable(),
});

/** @param key what `GET /api/log/key` answered */
export function troubleIn(key: unknown): Trouble | null {
  return troubleReply.safeParse(key).data?.trouble ?? null;
}

/** The server's answer that it cannot do this, because its history contradicts what it signed; null for other errors. */
export function troubleCode(error: unknown): TroubleCode | null {
  const answer = error instanceof LogError && !(error instanceof ConnectionError) ? error.cause : error;
  if (!(answer instanceof ConnectionError)) return null;
  return answer.problem === "ALTERED" || answer.problem === "BEHIND" ? answer.problem : null;
}

/** The first event that a server has otherwise than a mirror, or not at all. */
export interface Unlike {
  seq: Sequence;
  isMissing: boolean;
}

/**
 * Compares a server's events with those of a mirror, in small parts: what the server has is read although it is not what it
 * signed.
 *
 * @param after the events up to here are known to be the same
 * @param upTo the mirror's last verified event
 * @returns null if they are the same
 * @throws LogError if the server does not send its events
 */
async function firstUnlike(
  mirror: SqliteLog,
  events: Pick<EventLog, "read" | "head">,
  { after, upTo }: { after: Sequence; upTo: Sequence },
  signal: AbortSignal,
): Promise<Unlike | null> {
  const head = Math.min(await events.head(), upTo);
  for (let at = after; at < head; ) {
    const from = at;
    for await (const { bodies } of events.read({ after: at, upTo: Math.min(at + PART, head) }, { signal })) {
      const ours = mirror.readNow(at, at + bodies.length);
      for (const [n, body] of bodies.entries()) {
        const own = ours[n];
        if (!own || !sameBytes(eventHash(own), eventHash(body))) return { seq: at + n + 1, isMissing: false };
      }
      at += bodies.length;
    }
    if (at === from) return { seq: at + 1, isMissing: true };
  }
  return head < upTo ? { seq: head + 1, isMissing: true } : null;
}

/**
 * Finds the first event that a server, which is in trouble, has otherwise than a mirror.
 *
 * @param copy with what was found before: what comes before it is not read again
 * @returns what differs, or else what the server says itself; null: nobody can say
 */
export async function locateTrouble(
  { mirror, size, altered }: { mirror: SqliteLog; size: Sequence; altered: Alteration | null },
  events: Pick<EventLog, "read" | "head">,
  said: Trouble | null,
  signal: AbortSignal,
): Promise<Unlike | null> {
  const known = altered?.kind === "server" ? altered.seq : null;
  const event = said?.event ?? null;
  const named = event === null ? null : { seq: event, isMissing: false };
  try {
    return (await firstUnlike(mirror, events, { after: (known ?? 1) - 1, upTo: size }, signal)) ?? named;
  } catch (error) {
    if (signal.aborted || !(error instanceof LogError)) throw error;
    return named; // the server does not send its events
  }
}
