/**
 * Appends to a log in MongoDB. Only the unique indexes keep the order: `(log, seq)` allows one event per sequence, and
 * an ordered insert stops at the first refused document. So the written documents are always a prefix, and no sequence
 * is skipped.
 *
 * Documents never change, and each contains its sequence and its id. So the same insert can be repeated at any time: it
 * writes each document once. If an error leaves the outcome open, a read decides it: an event that was written is at
 * its own sequence with its own bytes.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type Collection, MongoServerError } from "mongodb";
import { LogError } from "../../errors.ts";
import { sameBytes } from "../../hash.ts";
import { uuidText } from "../../uuid.ts";
import { asLogError, type EventDocument, isDuplicate } from "./mongo-collection.ts";
import { inTime } from "./reconnecting-client.ts";

/** An insert with an unknown outcome is retried for this long, ms. */
const RETRY_MS = 3_000;
/** The approximate delay before the first retry, ms. Each further delay is twice as long. */
const WAIT_MS = 10;
/** Time limit of a linearizable read, which waits for a majority of the servers, ms. */
const LOOK_UP_MS = 5_000;

/**
 * Inserts documents that follow each other.
 *
 * @param name the name of the log, for errors
 * @returns how many were written, always a prefix; fewer than all if another event took the sequence of the next one
 * @throws LogError DUPLICATE, UNKNOWN_OUTCOME, UNAUTHORIZED
 */
export async function appendDocuments(
  events: Collection<EventDocument>,
  documents: readonly EventDocument[],
  name: string,
): Promise<number> {
  const giveUpAt = performance.now() + RETRY_MS;
  let landed = 0;
  for (let attempt = 0; ; attempt++) {
    const failure = await insert(events, documents.slice(landed));
    if (failure === null) return documents.length;
    let obstacle: Obstacle | null;
    try {
      const rest = documents.slice(landed);
      const progress = await inTime(events.db.client, () => lookUp(events, rest, { many: !isDuplicate(failure) }));
      landed += progress.landed;
      const next = documents[landed];
      if (next === undefined) return landed;
      obstacle = progress.taken ? "sequence" : await inTime(events.db.client, () => duplicateOf(events, next, name));
    } catch (lookUpFailure) {
      throw (attempt === 0 && refusal(failure, name)) || unknownOutcome(failure, lookUpFailure);
    }
    // The obstacle is permanent, so the missing events can no longer be written.
    if (obstacle && (obstacle === "sequence" || landed > 0)) return landed;
    if (obstacle) throw obstacle;
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

type Obstacle = "sequence" | LogError;

/** Inserts the documents. @returns the failure; null if all were written */
async function insert(events: Collection<EventDocument>, documents: readonly EventDocument[]): Promise<unknown> {
  try {
    await inTime(events.db.client, () => events.insertMany(documents, { ordered: true }));
    return null;
  } catch (error) {
    return error ?? new Error("no reason given");
  }
}

/**
 * Counts how many of the documents, from the first on, were written, and checks whether another event took the sequence
 * of the next one.
 *
 * @param many true: reads all at once; false: reads the first one, and the others only if the first was written,
 *   because after a lost race one read is enough
 */
async function lookUp(
  events: Collection<EventDocument>,
  documents: readonly EventDocument[],
  { many }: { many: boolean },
): Promise<{ landed: number; taken: boolean }> {
  const candidates = many ? documents : documents.slice(0, 1);
  const bodies = await bodiesAt(events, candidates, { linearizable: many });
  const missing = candidates.findIndex(({ seq, body }) => !sameBytes(bodies.get(seq), body));
  const next = candidates[missing];
  if (next) return { landed: missing, taken: bodies.has(next.seq) };
  if (candidates.length === documents.length) return { landed: documents.length, taken: false };
  return await lookUp(events, documents, { many: true });
}

/** The bytes that the log has at the sequences of these documents. */
async function bodiesAt(
  events: Collection<EventDocument>,
  documents: readonly EventDocument[],
  { linearizable }: { linearizable: boolean },
): Promise<Map<number, Uint8Array>> {
  const [first, last] = [documents[0], documents[documents.length - 1]];
  if (!first || !last) return new Map();
  const filter = { log: first.log, seq: { $gte: first.seq, $lte: last.seq } };
  const projection = { _id: 0, seq: 1, body: 1 };
  const read = async (options: object) =>
    new Map((await events.find(filter, { projection, ...options }).toArray()).map(({ seq, body }) => [seq, body]));
  if (!linearizable) return await read({});
  try {
    return await read({ readConcern: { level: "linearizable" }, maxTimeMS: LOOK_UP_MS });
  } catch (error) {
    // A server without linearizable reads (no replica set, or not MongoDB's own) refuses. A lost server fails
    // otherwise.
    if (error instanceof MongoServerError) return await read({});
    throw error;
  }
}

/** The error that names the event at another sequence with the same id or version; null if none is visible. */
async function duplicateOf(
  events: Collection<EventDocument>,
  { _id, log, seq, stream, version }: EventDocument,
  name: string,
): Promise<LogError | null> {
  const projection = { _id: 0, seq: 1 };
  const sameId = await events.findOne({ log, _id }, { projection });
  const other = sameId ?? (await events.findOne({ log, stream, version }, { projection }));
  // Its own sequence was empty a moment ago. If an event has arrived since, the next lookup handles it.
  if (!other || other.seq === seq) return null;
  const what = sameId ? `its id ${uuidText(_id.subarray(16))}` : `version ${version} of stream ${stream}`;
  return new LogError("DUPLICATE", `${name}: event ${seq}: ${what} is the one of event ${other.seq}`);
}

/** The error of an insert that the server refused to try because of the login; null for other failures. */
function refusal(failure: unknown, name: string): LogError | null {
  const error = asLogError(failure, name);
  return error instanceof LogError && error.code === "UNAUTHORIZED" ? error : null;
}
