/**
 * Complete blocks, ready to send. A complete block never changes, so each one is read and compressed once per encoding, and
 * the most recently used ones stay in memory, up to a limit. A process has one such cache for all logs.
 */
import { createHash } from "node:crypto";
import type { EventLog } from "../../events/log/log.ts";
import { SEGMENT, type Sequence, segmentEnd } from "../../events/sequence.ts";
import { ENCODINGS, type Encoding, pack } from "../http/content-encoding.ts";
import type { LogProofs } from "../proofs/log-proofs.ts";
import type { BlockReads } from "./block-reads.ts";
import { bytesForOldReaders } from "./old-readers.ts";

/** Maximum size of the cached blocks, bytes: about a million events as zstd. */
const MAX_BYTES = 64 * 1024 * 1024;
/** Approximate size of an entry beside its bytes. */
const ENTRY_BYTES = 512;

export interface Block {
  /** Its last sequence. */
  end: Sequence;
  /** The concatenated bytes of the events, compressed. */
  bytes: Uint8Array;
  /** SHA-256 of the bytes before compression, base64url. So it differs where history has forked. */
  digest: string;
  /** The tag of these bytes, with quotes: made once, because every response has it. */
  etag: string;
  /** The event hash at the sequence before the block, hex; null at 0. */
  hash: string | null;
  /** True if a release that knows no blocks can read it: it is a whole segment, without events that are too long. */
  forOldReaders: boolean;
}

/** What knows the hashes of a log's events, and throws if events have others. */
type EventCheck = Pick<LogProofs, "check" | "reasonOf">;

/** The blocks of one log, by their first sequence and encoding. */
interface LogBlocks {
  cached: Map<number, Entry>;
  loading: Map<number, Promise<Block | null>>;
}

interface Entry {
  ofLog: LogBlocks;
  key: number;
  block: Block;
  /** Number of the last use, among all uses of the cache. */
  lastUse: number;
}

export class Blocks {
  readonly #maxBytes: number;
  readonly #reads: BlockReads;
  /** By log object, not by id: a log that is opened again may have another history. */
  readonly #ofLogs = new WeakMap<EventLog, LogBlocks>();
  readonly #entries = new Set<Entry>();
  #uses = 0;
  #bytes = 0;

  constructor(reads: BlockReads, options: { maxBytes?: number } = {}) {
    this.#reads = reads;
    this.#maxBytes = options.maxBytes ?? MAX_BYTES;
  }

  /** Size of the cached blocks, bytes. */
  get size(): number {
    return this.#bytes;
  }

  /** As `get`, from memory; null if not cached. */
  getCached(log: EventLog, after: Sequence, encoding: Encoding): Block | null {
    const entry = this.#ofLogs.get(log)?.cached.get(keyOf(after, encoding));
    if (!entry) return null;
    entry.lastUse = ++this.#uses;
    return entry.block;
  }

  /**
   * The block that begins after `after`. Concurrent calls share one read.
   *
   * @param check compares its events with the log's signed tree; null if nothing is signed
   * @returns null if none begins there, and while it is not yet complete
   * @throws LogError ALTERED if an event is not the one that was signed
   */
  async get(
    log: EventLog,
    after: Sequence,
    encoding: Encoding,
    check: EventCheck | null = null,
  ): Promise<Block | null> {
    const cached = this.getCached(log, after, encoding);
    if (cached) return cached;
    const ofLog = this.#ofLog(log);
    const key = keyOf(after, encoding);
    let loading = ofLog.loading.get(key);
    if (!loading) {
      loading = this.#load(log, { after, encoding, check })
        .then((block) => block && this.#add(ofLog, key, block))
        .finally(() => ofLog.loading.delete(key));
      ofLog.loading.set(key, loading);
    }
    return await loading;
  }

  async #load(
    log: EventLog,
    { after, encoding, check }: { after: Sequence; encoding: Encoding; check: EventCheck | null },
  ): Promise<Block | null> {
    const range = { after, upTo: segmentEnd(after) };
    const { bodies, hash, isBlock } = await this.#reads.read(log, range).catch(async (error: unknown) => {
      throw (await check?.reasonOf(error, range)) ?? error;
    });
    if (!isBlock) return null;
    await check?.check(after, bodies);
    const bytes = Buffer.concat(bodies);
    const digest = createHash("sha256").update(bytes).digest("base64url");
    const forOldReaders = bodies.length === SEGMENT && bytesForOldReaders(bodies) === bytes.length;
    const etag = `"${digest}.msgpack.${encoding}"`;
    const end = after + bodies.length;
    return { end, bytes: await pack(bytes, encoding, "once"), digest, etag, hash, forOldReaders };
  }

  #add(ofLog: LogBlocks, key: number, block: Block): Block {
    const entry = { ofLog, key, block, lastUse: ++this.#uses };
    ofLog.cached.set(key, entry);
    this.#entries.add(entry);
    this.#bytes += sizeOf(block);
    if (this.#bytes > this.#maxBytes) this.#makeRoom();
    return block;
  }

  /** Removes the least recently used ones. Sorting a thousand entries costs little compared to compressing one. */
  #makeRoom(): void {
    for (const entry of [...this.#entries].sort((a, b) => a.lastUse - b.lastUse)) {
      if (this.#bytes <= this.#maxBytes) break;
      entry.ofLog.cached.delete(entry.key);
      this.#entries.delete(entry);
      this.#bytes -= sizeOf(entry.block);
    }
  }

  #ofLog(log: EventLog): LogBlocks {
    let blocks = this.#ofLogs.get(log);
    if (!blocks) {
      blocks = { cached: new Map(), loading: new Map() };
      this.#ofLogs.set(log, blocks);
    }
    return blocks;
  }
}

function keyOf(after: Sequence, encoding: Encoding): number {
  return after * ENCODINGS.length + ENCODINGS.indexOf(encoding);
}

function sizeOf({ bytes }: Pick<Block, "bytes">): number {
  return bytes.length + ENTRY_BYTES;
}
