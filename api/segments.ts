/**
 * Full segments, ready to send. One never changes, so each is read and packed once per encoding, and what was asked for
 * last stays in memory, up to a bound. One for the process, whatever the number of logs.
 */
import { createHash } from "node:crypto";
import { eventHash } from "../events/hash.ts";
import type { EventLog } from "../events/log.ts";
import { SEGMENT, type Sequence } from "../events/sequence.ts";
import { type Encoding, pack } from "./content-encoding.ts";

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

export class Segments {
  readonly #maxBytes: number;
  /** In order of use: what was asked for last is last. */
  readonly #kept = new Map<string, Segment>();
  readonly #loading = new Map<string, Promise<Segment | null>>();
  /** Two opened logs are two, whatever their ids: a log that is opened anew may have another history. */
  readonly #numbers = new WeakMap<EventLog, number>();
  #logs = 0;
  #bytes = 0;

  constructor(options: { maxBytes?: number } = {}) {
    this.#maxBytes = options.maxBytes ?? MAX_BYTES;
  }

  /** Bytes that are held now. */
  get size(): number {
    return this.#bytes;
  }

  /**
   * The segment that begins after `after`. Who asks at the same time gets the same one.
   *
   * @param after a multiple of 1,024
   * @returns null while the log ends before the segment does
   */
  async get(log: EventLog, after: Sequence, encoding: Encoding): Promise<Segment | null> {
    const key = `${this.#numberOf(log)}/${after}/${encoding}`;
    const kept = this.#kept.get(key);
    if (kept) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept;
    }
    let loading = this.#loading.get(key);
    if (!loading) {
      loading = load(log, after, encoding)
        .then((segment) => segment && this.#keep(key, segment))
        .finally(() => this.#loading.delete(key));
      this.#loading.set(key, loading);
    }
    return await loading;
  }

  #keep(key: string, segment: Segment): Segment {
    this.#kept.set(key, segment);
    this.#bytes += sizeOf(segment);
    for (const [oldest, { bytes }] of this.#kept) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#kept.delete(oldest);
      this.#bytes -= sizeOf({ bytes });
    }
    return segment;
  }

  #numberOf(log: EventLog): number {
    const number = this.#numbers.get(log) ?? ++this.#logs;
    this.#numbers.set(log, number);
    return number;
  }
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
