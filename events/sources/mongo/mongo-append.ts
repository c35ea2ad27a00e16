/**
 * Appending to a log in MongoDB. Nothing but the unique indexes keeps the order: `(log, seq)` lets one event be the
 * next, and an ordered insert stops at the first document that is refused, so what lands is a prefix and no sequence is
 * ever left out.
 *
 * Documents never change, and each names its sequence and its id. So the same insert may be sent again at any time: it
 * lands once. And what an error leaves open is found out by reading: an event that landed stands at its own sequence
 * with its own bytes.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type Collection, MongoServerError } from "mongodb";
import { LogError } from "../../errors.ts";
import { sameBytes } from "../../hash.ts";
import { uuidText } from "../../uuid.ts";
import { asLogError, type EventDocument, isDuplicate } from "./mongo-collection.ts";
import { inTime } from "./reconnecting-client.ts";

/** An insert whose outcome stays open is not sent again after this time, ms. */
const PATIENCE_MS = 3_000;
/** About the first wait before it is sent again, ms; each further one is twice as long. */
const WAIT_MS = 10;
/** A linearizable read waits for a majority, which may be gone, ms. */
const LOOK_UP_MS = 5_000;

/**
 * Inserts documents that follow each other.
 *
 * @param name the log, for errors
 * @returns how many have landed, always a prefix; fewer than all if another event took the sequence of the next one
 * @throws LogError DUPLICATE, UNKNOWN_OUTCOME, UNAUTHORIZED
 */
export async function appendDocuments(
  events: Collection<EventDocument>,
  documents: readonly EventDocument[],
  name: string,
): Promise<number> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  let landed = 0;
  for (let attempt = 0; ; attempt++) {
    const failure = await insert(events, documents.slice(landed));
    if (failure === null) return documents.length;
    let obstacle: Obstacle | null;
    try {
      const left = documents.slice(landed);
      const found = await inTime(events.db.client, () => lookUp(events, left, { many: !isDuplicate(failure) }));
      landed += found.landed;
      const next = documents[landed];
      if (next === undefined) return landed;
      obstacle = found.taken ? "sequence" : await inTime(events.db.client, () => duplicateOf(events, next, name));
    } catch (lookUpFailure) {
      throw (attempt === 0 && refusal(failure, name)) || unknownOutcome(failure, lookUpFailure);
    }
    // What stands in the way stays there, so what is missing can no longer land.
    if (obstacle && (obstacle === "sequence" || landed > 0)) return landed;
    if (obstacle) throw obstacle;
    const refused = refusal(failure, name);
    if (refused && attempt === 0) throw refused;
    // Refused for an event that cannot be seen yet, or failed for another reason and not there: it may still land.
    const waitMs = WAIT_MS * 2 ** attempt;
    if (performance.now() + waitMs > giveUpAt) throw unknownOutcome(failure, null);
    await sleep(waitMs * (0.5 + Math.random())); // writers that met once should not meet again
  }

  function unknownOutcome(failure: unknown, lookUpFailure: unknown): LogError {
    const reason = (error: unknown) => (error instanceof Error ? error.message : String(error));
    return new LogError(
      "UNKNOWN_OUTCOME",
      `${name}: event ${documents[landed]?.seq} may or may not have been written: ${reason(failure)}` +
        (lookUpFailure ? `; and it cannot be looked up: ${reason(lookUpFailure)}` : ""),
      { cause: failure },
    );
  }
}

type Obstacle = "sequence" | LogError;

/** The failure; null if all landed. */
async function insert(events: Collection<EventDocument>, documents: readonly EventDocument[]): Promise<unknown> {
  try {
    await inTime(events.db.client, () => events.insertMany(documents, { ordered: true }));
    return null;
  } catch (error) {
    return error ?? new Error("no reason given");
  }
}

/**
 * How many of the documents, from the first on, have landed, and if the sequence of the next one is taken.
 *
 * @param many look at all at once; else at the first, and at the others only if that one landed: what it takes after a
 *   lost race
 */
async function lookUp(
  events: Collection<EventDocument>,
  documents: readonly EventDocument[],
  { many }: { many: boolean },
): Promise<{ landed: number; taken: boolean }> {
  const looked = many ? documents : documents.slice(0, 1);
  const bodies = await bodiesAt(events, looked, { linearizable: many });
  const missing = looked.findIndex(({ seq, body }) => !sameBytes(bodies.get(seq), body));
  const next = looked[missing];
  if (next) return { landed: missing, taken: bodies.has(next.seq) };
  if (looked.length === documents.length) return { landed: documents.length, taken: false };
  return await lookUp(events, documents, { many: true });
}

/** What the log holds at the sequences of these documents. */
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
    // A server that cannot (no replica set, or not MongoDB's own) says so; one that is gone fails otherwise.
    if (error instanceof MongoServerError) return await read({});
    throw error;
  }
}

/** The error that says which other event, elsewhere in the log, has this one's id or place; null if none is seen. */
async function duplicateOf(
  events: Collection<EventDocument>,
  { _id, log, seq, stream, version }: EventDocument,
  name: string,
): Promise<LogError | null> {
  const projection = { _id: 0, seq: 1 };
  const sameId = await events.findOne({ log, _id }, { projection });
  const holder = sameId ?? (await events.findOne({ log, stream, version }, { projection }));
  // At its own sequence there was nothing a moment ago; what came since is for the next look.
  if (!holder || holder.seq === seq) return null;
  const what = sameId ? `its id ${uuidText(_id.subarray(16))}` : `version ${version} of stream ${stream}`;
  return new LogError("DUPLICATE", `${name}: event ${seq}: ${what} is that of event ${holder.seq}`);
}

/** The failure of an insert that the server did not even try: it wants another login. */
function refusal(failure: unknown, name: string): LogError | null {
  const error = asLogError(failure, name);
  return error instanceof LogError && error.code === "UNAUTHORIZED" ? error : null;
}
