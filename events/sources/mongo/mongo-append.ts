/**
 * Appends to a log in MongoDB. Only the key `_id` keeps the order: it allows one event per sequence, and an ordered
 * insert stops at the first refused document. So the written documents are always a prefix, and no sequence is skipped.
 *
 * Documents never change, and each contains its sequence and its id. So the same insert can be repeated at any time: it
 * writes each document once. If an error leaves the outcome open, a read decides it: an event that was written is at
 * its own sequence with its own bytes.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type Collection, MongoServerError } from "mongodb";
import { LogError } from "../../errors.ts";
import { eventHash, sameBytes } from "../../hash.ts";
import type { Sequence } from "../../sequence.ts";
import { asLogError, type EventDocument, insertOrdered, isDuplicate, keyAt, SHAPE } from "./mongo-collection.ts";
import { inTime } from "./reconnecting-client.ts";

/** An insert with an unknown outcome is retried for this long, ms. */
const RETRY_MS = 3_000;
/** The approximate delay before the first retry, ms. Each further delay is twice as long. */
const WAIT_MS = 10;
/** Time limit of a linearizable read, which waits for a majority of the servers, ms. */
const LOOK_UP_MS = 5_000;

interface Predecessor {
  /** The hash of the event before the first document; null before event 1; undefined if the caller does not know it. */
  previous: Uint8Array | null | undefined;
  /**
   * Called before each insert. If a connection was lost, the database may have been set back and written to by another
   * process, and must not take an event on a foreign one.
   *
   * @throws LogError GAP or FORKED if the event at `seq` is missing or another
   */
  check(seq: Sequence, hash: Uint8Array | null | undefined): Promise<void>;
}

/**
 * Inserts documents that follow each other.
 *
 * @param name the name of the log, for errors
 * @returns how many were written, always a prefix; fewer than all if another event took the sequence of the next one
 * @throws LogError UNKNOWN_OUTCOME, UNAUTHORIZED, and what `check` throws
 */
export async function appendDocuments(
  events: Collection<EventDocument>,
  documents: readonly EventDocument[],
  { name, previous, check }: Predecessor & { name: string },
): Promise<number> {
  const giveUpAt = performance.now() + RETRY_MS;
  let landed = 0;
  let failure: unknown = null;
  for (let attempt = 0; ; attempt++) {
    const last = documents[landed - 1];
    try {
      await check((documents[landed]?.seq ?? 1) - 1, last ? eventHash(last.body) : previous);
    } catch (checkFailure) {
      const isUnknown = attempt > 0 && checkFailure instanceof LogError && checkFailure.code === "UNREACHABLE";
      throw isUnknown ? unknownOutcome(failure, checkFailure) : checkFailure;
    }
    failure = await insert(events, documents.slice(landed));
    if (failure === null) return documents.length;
    try {
      const rest = documents.slice(landed);
      const progress = await inTime(events.db.client, () => lookUp(events, rest, { all: !isDuplicate(failure) }));
      landed += progress.landed;
      // If the next sequence is taken, the missing events can no longer be written.
      if (landed === documents.length || progress.taken) return landed;
    } catch (lookUpFailure) {
      throw (attempt === 0 && refusal(failure, name)) || unknownOutcome(failure, lookUpFailure);
    }
    const refused = refusal(failure, name);
    if (refused && attempt === 0) throw refused;
    // Refused because of an event that is not visible yet, or failed otherwise: the insert may still be written.
    const waitMs = WAIT_MS * 2 ** attempt;
    if (performance.now() + waitMs > giveUpAt) throw unknownOutcome(failure, null);
    await sleep(waitMs * (0.5 + Math.random())); // so that two writers do not collide again
  }

  function unknownOutcome(failure: unknown, lookUpFailure: unknown): LogError {
    const reason = (error: unknown) => (error instanceof Error ? error.message : String(error));
    return new LogError(
      "UNKNOWN_OUTCOME",
      `${name}: event ${documents[landed]?.seq} may or may not have been written: ${reason(failure)}` +
        (lookUpFailure ? `; the lookup failed too: ${reason(lookUpFailure)}` : ""),
      { cause: failure },
    );
  }
}

/** Inserts the documents. @returns the failure; null if all were written */
async function insert(events: Collection<EventDocument>, documents: readonly EventDocument[]): Promise<unknown> {
  try {
    await inTime(events.db.client, () => insertOrdered(events, documents));
    return null;
  } catch (error) {
    return error ?? new Error("no reason given");
  }
}

/**
 * Counts how many of the documents, from the first on, were written, and checks whether another event took the sequence
 * of the next one.
 *
 * @param all true: reads all at once; false: reads the first one, and the others only if the first was written, because
 *   after a lost race one read is enough
 */
async function lookUp(
  events: Collection<EventDocument>,
  documents: readonly EventDocument[],
  { all }: { all: boolean },
): Promise<{ landed: number; taken: boolean }> {
  let many = all;
  for (let landed = 0; ; many = true) {
    const bodies = await bodiesAt(events, many ? documents.slice(landed) : documents.slice(landed, landed + 1));
    const end = landed + bodies.size;
    while (landed < end && sameBytes(bodies.get(documents[landed]?.seq ?? 0), documents[landed]?.body)) landed++;
    const next = documents[landed];
    if (next === undefined) return { landed, taken: false };
    if (bodies.has(next.seq)) return { landed, taken: true };
    if (!many && landed > 0) continue;
    const latest = await latestBody(events, next);
    if (latest === null) return { landed, taken: false };
    if (!sameBytes(latest, next.body)) return { landed, taken: true };
    landed++;
  }
}

/** The bytes that the log has at the sequences of these documents. */
async function bodiesAt(
  events: Collection<EventDocument>,
  documents: readonly EventDocument[],
): Promise<Map<number, Uint8Array>> {
  const [first, last] = [documents[0], documents[documents.length - 1]];
  if (!first || !last) return new Map();
  const filter = SHAPE.rangeOf(first.log, { after: first.seq - 1, upTo: last.seq });
  const found = await events.find(filter, { projection: { _id: 0, seq: 1, body: 1 } }).toArray();
  return new Map(found.map(({ seq, body }) => [seq, body]));
}

/**
 * The bytes at the sequence of one document, by a read that waits until it certainly is the latest. MongoDB promises
 * that for a single document only, not for a range.
 */
async function latestBody(events: Collection<EventDocument>, { log, seq }: EventDocument): Promise<Uint8Array | null> {
  const read = async (options: object) =>
    (await events.findOne({ _id: keyAt(log, seq) }, { projection: { _id: 0, body: 1 }, ...options }))?.body ?? null;
  try {
    return await read({ readConcern: { level: "linearizable" }, maxTimeMS: LOOK_UP_MS });
  } catch (error) {
    // A server without linearizable reads (no replica set, or not MongoDB's own) refuses. A lost server fails
    // otherwise.
    if (error instanceof MongoServerError) return await read({});
    throw error;
  }
}

/** The error of an insert that the server refused to try because of the login; null for other failures. */
function refusal(failure: unknown, name: string): LogError | null {
  const error = asLogError(failure, name);
  return error instanceof LogError && error.code === "UNAUTHORIZED" ? error : null;
}
