/** The files that a log's events name, and copying them from one store to another. */
import { AlteredBlobError, type BlobStore } from "../../events/blobs/blob-store.ts";
import { definitionOf } from "../../events/encoding/catalogue.ts";
import { decodeEvent, decodeHeader } from "../../events/encoding/event.ts";
import { LogError } from "../../events/errors.ts";
import type { EventLog, LogId, StoredEvent } from "../../events/log/log.ts";
import type { Sequence } from "../../events/sequence.ts";
import { openBlobs } from "../../events/sources/open-blobs.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { countOf } from "../text/figures.ts";
import { tokenFrom } from "./credentials.ts";
import { isHttp } from "./logs-and-caches.ts";
import type { Terminal } from "./terminal.ts";

/** The name of the file that an event names; null if it names none; "unknown" if a newer release wrote it, or it is damaged. */
function blobNamedBy(body: Uint8Array): Uint8Array | null | "unknown" {
  try {
    const { type, schema } = decodeHeader(body);
    if (schema > (definitionOf(type)?.schemas.length ?? 0)) return "unknown";
    if (type !== "DocumentDelivered") return null;
    const event = decodeEvent(body);
    return event.type === "DocumentDelivered" ? (event.data.file?.sha256 ?? null) : null;
  } catch (error) {
    if (error instanceof LogError) return "unknown";
    throw error;
  }
}

/** The files that events name, each with the first event that does. */
export class NamedBlobs {
  /** By name, as text with one character a byte. */
  readonly #events = new Map<string, Sequence>();

  add(seq: Sequence, body: Uint8Array): void {
    const name = blobNamedBy(body);
    if (name === null || name === "unknown") return; // whoever reads the log says what they cannot read
    const key = Buffer.from(name).toString("latin1");
    if (!this.#events.has(key)) this.#events.set(key, seq);
  }

  get size(): number {
    return this.#events.size;
  }

  has(name: Uint8Array): boolean {
    return this.#events.has(Buffer.from(name).toString("latin1"));
  }

  *[Symbol.iterator](): Generator<{ name: Uint8Array; seq: Sequence }> {
    for (const [key, seq] of this.#events) yield { name: Buffer.from(key, "latin1"), seq };
  }
}

/** What a store has under a name. */
export async function lookUp(blobs: BlobStore, name: Uint8Array): Promise<Uint8Array | "missing" | "altered"> {
  try {
    return (await blobs.get(name)) ?? "missing";
  } catch (error) {
    if (error instanceof AlteredBlobError) return "altered";
    throw error;
  }
}

/**
 * Opens the files of a log that a command line names.
 *
 * @returns null if its place has events only: a `.events` or `.ndjson` file, or the copy of a desktop
 */
export async function openBlobsOf(
  log: EventLog,
  location: string,
  { env, note }: Pick<Terminal, "env" | "note">,
): Promise<BlobStore | null> {
  if (log instanceof SqliteLog && log.kind === "mirror") return null;
  const token = isHttp(location) ? tokenFrom(env, location, note) : undefined;
  return await openBlobs(location, { log: await log.id(), ...(token && { token }) });
}

interface CopyingOptions {
  from: BlobStore | null;
  /** The address of the target's log; null if it holds events only. */
  to: string | null;
  log: LogId;
}

/** Copies the files that events name, each one before its event. */
export class CopiedBlobs {
  readonly #options: CopyingOptions;
  readonly #seen = new Set<string>();
  #target: Promise<BlobStore | null> | null = null;
  readonly #there = new Set<string>();
  copied = 0;
  missing = 0;
  altered = 0;
  /** Files that events name, where one of the two places holds events only. */
  left = 0;
  /** Events that this release cannot read: they may name files. */
  unknown = 0;

  constructor(options: CopyingOptions) {
    this.#options = options;
  }

  /** Passes events on, each one when the file that it names is durable in the target, or cannot be had. */
  async *before(events: AsyncIterable<StoredEvent>): AsyncGenerator<StoredEvent> {
    for await (const event of events) {
      const name = blobNamedBy(event.body);
      if (name === "unknown") this.#noteUnknown();
      else if (name !== null) await this.#copy(name);
      yield event;
    }
  }

  /** Between places that hold files, one that is not copied is a loss. */
  #noteUnknown(): void {
    if (this.#options.from !== null && this.#options.to !== null) this.unknown++;
  }

  async #copy(name: Uint8Array): Promise<void> {
    const key = Buffer.from(name).toString("latin1");
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    const { from, to } = this.#options;
    if (from === null || to === null) {
      this.left++;
      return;
    }
    const target = await this.#open(to);
    if (target === null || this.#there.has(key)) return;
    const bytes = await lookUp(from, name);
    if (bytes === "missing") this.missing++;
    else if (bytes === "altered") this.altered++;
    else {
      await target.put(bytes);
      this.copied++;
    }
  }

  /** Opened with the first file: most logs have none. */
  async #open(to: string): Promise<BlobStore | null> {
    this.#target ??= (async () => {
      const target = await openBlobs(to, { create: true, log: this.#options.log });
      for await (const { sha256 } of target?.list() ?? []) this.#there.add(Buffer.from(sha256).toString("latin1"));
      return target;
    })();
    return await this.#target;
  }

  /** What an operator has to know; null if every file was copied. */
  problem(from: string, to: string): string | null {
    const { missing, altered, left, unknown } = this;
    if (left > 0) {
      const place = this.#options.from === null ? from : to;
      return `${place} holds events only: ${countOf(left, "file")} of documents ${left === 1 ? "was" : "were"} not copied`;
    }
    const parts = [
      missing > 0 && `${countOf(missing, "file")} missing`,
      altered > 0 && `${countOf(altered, "file")} altered`,
      unknown > 0 && `the files, if any, of ${countOf(unknown, "event")} that this release cannot read`,
    ];
    const named = parts.filter((part) => part !== false);
    return named.length === 0 ? null : `${from}: ${named.join(", ")}; the copy has none of them`;
  }

  async close(): Promise<void> {
    await (await this.#target?.catch(() => null))?.close();
    await this.#options.from?.close();
  }
}
