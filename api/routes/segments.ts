/**
 * Full segments, ready to send. One never changes, so each is read and packed once per encoding, and what was asked for
 * last stays in memory, up to a bound. One for the process, whatever the number of logs.
 */
import { createHash } from "node:crypto";
import { eventHash } from "../../events/hash.ts";
import type { EventLog } from "../../events/log/log.ts";
import { SEGMENT, type Sequence } from "../../events/sequence.ts";
import { ENCODINGS, type Encoding, pack } from "../http/content-encoding.ts";

/** What is kept in memory, bytes: about a million events as zstd. */
const MAX_BYTES = 64 * 1024 * 1024;
/** What an entry takes beside its bytes, roughly. */
const ENTRY_BYTES = 512;

export interface Segment {
  /** The events' bytes one after the other, packed. */
  bytes: Uint8Array;
  /** Of the bytes before they were packed: SHA-256, in base64url. So it differs where history forked. */
  digest: string;
  /** The event hash at the sequence that the segment comes after, hex; null at 0. */
  hash: string | null;
}

/** By where they begin, and encoding. */
interface OfLog {
  kept: Map<number, Kept>;
  loading: Map<number, Promise<Segment | null>>;
}

interface Kept {
  ofLog: OfLog;
  key: number;
  segment: Segment;
  /** Which of all uses was its last. */
  usedAt: number;
}

export class Segments {
  readonly #maxBytes: number;
  /** Two opened logs are two, whatever their ids: a log that is opened anew may have another history. */
  readonly #ofLogs = new WeakMap<EventLog, OfLog>();
  readonly #kept = new Set<Kept>();
  #uses = 0;
  #bytes = 0;

  constructor(options: { maxBytes?: number } = {}) {
    this.#maxBytes = options.maxBytes ?? MAX_BYTES;
  }

  /** Bytes that are held now. */
  get size(): number {
    return this.#bytes;
  }

  /** As `get`, where it is in memory; null else. */
  kept(log: EventLog, after: Sequence, encoding: Encoding): Segment | null {
    const kept = this.#ofLogs.get(log)?.kept.get(keyOf(after, encoding));
    if (!kept) return null;
    kept.usedAt = ++this.#uses;
    return kept.segment;
  }

  /**
   * The segment that begins after `after`. Who asks at the same time gets the same one.
   *
   * @param after a multiple of 1,024
   * @returns null while the log ends before the segment does
   */
  async get(log: EventLog, after: Sequence, encoding: Encoding): Promise<Segment | null> {
    const kept = this.kept(log, after, encoding);
    if (kept) return kept;
    const ofLog = this.#ofLog(log);
    const key = keyOf(after, encoding);
    let loading = ofLog.loading.get(key);
    if (!loading) {
      loading = load(log, after, encoding)
        .then((segment) => segment && this.#keep(ofLog, key, segment))
        .finally(() => ofLog.loading.delete(key));
      ofLog.loading.set(key, loading);
    }
    return await loading;
  }

  #keep(ofLog: OfLog, key: number, segment: Segment): Segment {
    const kept = { ofLog, key, segment, usedAt: ++this.#uses };
    ofLog.kept.set(key, kept);
    this.#kept.add(kept);
    this.#bytes += sizeOf(segment);
    if (this.#bytes > this.#maxBytes) this.#makeRoom();
    return segment;
  }

  /** Lets go of those that were asked for longest ago. To look through a thousand is little beside packing one. */
  #makeRoom(): void {
    for (const kept of [...this.#kept].sort((a, b) => a.usedAt - b.usedAt)) {
      if (this.#bytes <= this.#maxBytes) break;
      kept.ofLog.kept.delete(kept.key);
      this.#kept.delete(kept);
      this.#bytes -= sizeOf(kept.segment);
    }
  }

  #ofLog(log: EventLog): OfLog {
    let found = this.#ofLogs.get(log);
    if (!found) {
      found = { kept: new Map(), loading: new Map() };
      this.#ofLogs.set(log, found);
    }
    return found;
  }
}

function keyOf(after: Sequence, encoding: Encoding): number {
  return after * ENCODINGS.length + ENCODINGS.indexOf(encoding);
}

function sizeOf({ bytes }: Pick<Segment, "bytes">): number {
  return bytes.length + ENTRY_BYTES;
}

async function load(log: EventLog, after: Sequence, encoding: Encoding): Promise<Segment | null> {
  const { bodies, hash } = await readRange(log, after, after + SEGMENT);
  if (bodies.length < SEGMENT) return null;
  const bytes = Buffer.concat(bodies);
  const digest = createHash("sha256").update(bytes).digest("base64url");
  return { bytes: await pack(bytes, encoding, "once"), digest, hash };
}

/** The events of `(after, upTo]`, at most a segment, and the event hash at `after`, hex (null at 0). */
export async function readRange(
  log: EventLog,
  after: Sequence,
  upTo: Sequence,
): Promise<{ bodies: Uint8Array[]; hash: string | null }> {
  // From the event at `after` on: its hash says which history this is.
  const from = Math.max(0, after - 1);
  const bodies: Uint8Array[] = [];
  for await (const batch of log.read({ after: from, upTo: Math.max(upTo, after) })) bodies.push(...batch.bodies);
  const at = after > 0 ? bodies.shift() : undefined;
  return { bodies, hash: at ? eventHash(at).toString("hex") : null };
}
