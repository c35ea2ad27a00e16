/**
 * Full segments, ready to send. A full segment never changes, so each one is read and compressed once per encoding, and
 * the most recently used ones stay in memory, up to a limit. A process has one such cache for all logs.
 */
import { createHash } from "node:crypto";
import { eventHash } from "../../events/hash.ts";
import type { EventLog } from "../../events/log/log.ts";
import { SEGMENT, type Sequence } from "../../events/sequence.ts";
import { ENCODINGS, type Encoding, pack } from "../http/content-encoding.ts";

/** Maximum size of the cached segments, bytes: about a million events as zstd. */
const MAX_BYTES = 64 * 1024 * 1024;
/** Approximate size of an entry beside its bytes. */
const ENTRY_BYTES = 512;

interface Segment {
  /** The concatenated bytes of the events, compressed. */
  bytes: Uint8Array;
  /** SHA-256 of the bytes before compression, base64url. So it differs where history has forked. */
  digest: string;
  /** The event hash at the sequence before the segment, hex; null at 0. */
  hash: string | null;
}

/** The segments of one log, by their first sequence and encoding. */
interface LogSegments {
  cached: Map<number, Entry>;
  loading: Map<number, Promise<Segment | null>>;
}

interface Entry {
  ofLog: LogSegments;
  key: number;
  segment: Segment;
  /** Number of the last use, among all uses of the cache. */
  lastUse: number;
}

export class Segments {
  readonly #maxBytes: number;
  /** By log object, not by id: a log that is opened again may have another history. */
  readonly #ofLogs = new WeakMap<EventLog, LogSegments>();
  readonly #entries = new Set<Entry>();
  #uses = 0;
  #bytes = 0;

  constructor(options: { maxBytes?: number } = {}) {
    this.#maxBytes = options.maxBytes ?? MAX_BYTES;
  }

  /** Size of the cached segments, bytes. */
  get size(): number {
    return this.#bytes;
  }

  /** As `get`, from memory; null if not cached. */
  getCached(log: EventLog, after: Sequence, encoding: Encoding): Segment | null {
    const entry = this.#ofLogs.get(log)?.cached.get(keyOf(after, encoding));
    if (!entry) return null;
    entry.lastUse = ++this.#uses;
    return entry.segment;
  }

  /**
   * The segment that begins after `after`. Concurrent calls share one read.
   *
   * @param after a multiple of 1,024
   * @returns null while the segment is not yet full
   */
  async get(log: EventLog, after: Sequence, encoding: Encoding): Promise<Segment | null> {
    const cached = this.getCached(log, after, encoding);
    if (cached) return cached;
    const ofLog = this.#ofLog(log);
    const key = keyOf(after, encoding);
    let loading = ofLog.loading.get(key);
    if (!loading) {
      loading = load(log, after, encoding)
        .then((segment) => segment && this.#add(ofLog, key, segment))
        .finally(() => ofLog.loading.delete(key));
      ofLog.loading.set(key, loading);
    }
    return await loading;
  }

  #add(ofLog: LogSegments, key: number, segment: Segment): Segment {
    const entry = { ofLog, key, segment, lastUse: ++this.#uses };
    ofLog.cached.set(key, entry);
    this.#entries.add(entry);
    this.#bytes += sizeOf(segment);
    if (this.#bytes > this.#maxBytes) this.#makeRoom();
    return segment;
  }

  /** Removes the least recently used ones. Sorting a thousand entries costs little compared to compressing one. */
  #makeRoom(): void {
    for (const entry of [...this.#entries].sort((a, b) => a.lastUse - b.lastUse)) {
      if (this.#bytes <= this.#maxBytes) break;
      entry.ofLog.cached.delete(entry.key);
      this.#entries.delete(entry);
      this.#bytes -= sizeOf(entry.segment);
    }
  }

  #ofLog(log: EventLog): LogSegments {
    let segments = this.#ofLogs.get(log);
    if (!segments) {
      segments = { cached: new Map(), loading: new Map() };
      this.#ofLogs.set(log, segments);
    }
    return segments;
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
  // Reads from the event at `after`, because its hash identifies the history.
  const from = Math.max(0, after - 1);
  const bodies: Uint8Array[] = [];
  for await (const batch of log.read({ after: from, upTo: Math.max(upTo, after) })) bodies.push(...batch.bodies);
  const at = after > 0 ? bodies.shift() : undefined;
  return { bodies, hash: at ? eventHash(at).toString("hex") : null };
}
