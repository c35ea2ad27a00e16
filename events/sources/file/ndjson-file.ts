/** Logs in `.ndjson` files, for people to read and review. Line n holds event n. */
import { type FileHandle, open } from "node:fs/promises";
import type { EncodedEvent } from "../../encoding/event.ts";
import { eventFromJson, eventToJson } from "../../encoding/event-json.ts";
import { LogError } from "../../errors.ts";
import { BLOCK_BYTES } from "../../log/blocks.ts";
import type { LogId, StoredEvent } from "../../log/log.ts";
import { type Range, SEGMENT, type Sequence, segmentEnd } from "../../sequence.ts";
import { uuidText } from "../../uuid.ts";
import { MAX_EVENT_BYTES } from "../../values/size-limits.ts";
import { FileLog } from "./file-log.ts";
import { readAll, type WriteOptions, writeAll, writeWholeFile } from "./whole-file.ts";

const CHUNK_BYTES = 256 * 1024;
/**
 * The maximum length of a line. The event with the most names beside its bytes becomes 3.4 times as long; with each of
 * its characters as an escape of six bytes, 6.2 times.
 */
const MAX_LINE_BYTES = 8 * MAX_EVENT_BYTES;
const NEWLINE = 0x0a;

/** What some editors and spreadsheets put in front of text in UTF-8. */
export const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Opening reads the first and the last line. The other lines are read and checked when their events are read. A line
 * that cannot be read still counts: reading returns the events before it, then fails and names the line. So a file that
 * was cut off in its last line gives all its whole lines. A last line without a line end counts as cut off, even if it
 * is an event.
 */
export class NdjsonFile extends FileLog {
  readonly #file: FileHandle;
  /** The offset of the first line, and of the line after each full segment, as far as the file was read. */
  readonly #offsets: number[];

  /** The offset after the last line that is not blank. */
  readonly #size: number;

  private constructor(
    file: FileHandle,
    header: { name: string; log: LogId | null; head: Sequence },
    { start, size }: { start: number; size: number },
  ) {
    super(header);
    this.#file = file;
    this.#offsets = [start];
    this.#size = size;
  }

  /** @throws LogError MALFORMED_EVENT or UNKNOWN_EVENT with the file and its first line, or its last two lines */
  static async open(path: string): Promise<NdjsonFile> {
    const file = await open(path, "r");
    try {
      const { size } = await file.stat();
      const first = await readAll(file, 0, BYTE_ORDER_MARK.length);
      const start = first.equals(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
      const empty = { name: path, log: null, head: 0 };
      for await (const { text } of linesOf(file, { offset: start, line: 1, path })) {
        const { id } = eventAt(text, 1, path);
        const end = await endOfText(file, { start, end: size, path });
        const head = await lastSequence(file, { start, end, path });
        return new NdjsonFile(file, { ...empty, log: uuidText(id), head }, { start, size: end });
      }
      return new NdjsonFile(file, empty, { start, size });
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async *batches({ after, upTo }: Range): AsyncGenerator<readonly StoredEvent[]> {
    const end = Math.min(upTo, this.headNow);
    if (after >= end) return;
    const known = Math.min(Math.floor(after / SEGMENT), this.#offsets.length - 1);
    let line = known * SEGMENT;
    let first = after;
    let events: StoredEvent[] = [];
    let bytes = 0;
    for await (const { text, end: offset, isCutOff } of linesOf(this.#file, {
      offset: this.#offsets[known] ?? 0,
      line: line + 1,
      path: this.name,
    })) {
      line++;
      if (line % SEGMENT === 0) this.#offsets[line / SEGMENT] = offset;
      if (line > after) {
        const event = readLine(() => eventAt(text, line, this.name));
        if (event instanceof LogError || isCutOff) {
          if (events.length > 0) yield events;
          throw isCutOff ? cutOff(event, `${this.name}:${line}`) : event;
        }
        events.push(event);
        bytes += event.body.length;
      }
      if (line === this.headNow && offset < this.#size)
        throw new LogError(
          "DAMAGED",
          `${this.name}:${line + 1}: the file continues after event ${line}, but its last line holds event ${line}`,
        );
      if (line === end || line === segmentEnd(first) || bytes >= BLOCK_BYTES) {
        if (events.length > 0) yield events;
        first = line;
        events = [];
        bytes = 0;
      }
      if (line === end) return;
    }
    throw new LogError(
      "DAMAGED",
      `${this.name}:${line}: the file ends here, but its last line held event ${this.headNow} when it was opened`,
    );
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/**
 * Writes a whole log, from event 1, as lines of JSON.
 *
 * @returns the log's id (null if the log is empty) and its head
 * @throws LogError GAP if an event is missing; MALFORMED_EVENT, UNKNOWN_EVENT; Error EEXIST if the file exists
 */
export async function writeNdjsonFile(
  path: string,
  events: AsyncIterable<StoredEvent> | Iterable<StoredEvent>,
  options?: WriteOptions,
): Promise<{ log: LogId | null; head: Sequence }> {
  return await writeWholeFile(path, async (file) => await writeLines(file, events), options);
}

async function writeLines(file: FileHandle, events: AsyncIterable<StoredEvent> | Iterable<StoredEvent>) {
  let head = 0;
  let log: LogId | null = null;
  let length = 0;
  let text = "";

  async function flush() {
    const bytes = Buffer.from(text);
    text = "";
    await writeAll(file, bytes, length);
    length += bytes.length;
  }

  for await (const { seq, body, request } of events) {
    head++;
    const line = eventToJson(body, request, `event ${head}`);
    const written = eventFromJson(line, `event ${head}`);
    if (seq !== head || written.seq !== head)
      throw new LogError("GAP", `event ${head} is missing: the next one is ${written.seq}`);
    if (Buffer.compare(written.body, body) !== 0)
      throw new LogError("MALFORMED_EVENT", `event ${head}: its JSON does not convert back to the same bytes`);
    log ??= uuidText(written.id);
    text += `${line}\n`;
    if (text.length > CHUNK_BYTES) await flush();
  }
  await flush();
  return { log, head };
}

function eventAt(text: Buffer, line: number, path: string): EncodedEvent {
  const event = eventFromJson(utf8(text, `${path}:${line}`), `${path}:${line}`);
  if (event.seq === line) return event;
  throw new LogError("DAMAGED", `${path}:${line}: holds event ${event.seq}, not ${line}`);
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function utf8(bytes: Buffer, where: string): string {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    throw new LogError("MALFORMED_EVENT", `${where}: not valid UTF-8`, { cause: error });
  }
}

/**
 * Yields the lines from an offset, without their line ends; `end` is the offset after the line end. The last line is
 * cut off if it has no line end.
 */
async function* linesOf(
  file: FileHandle,
  { offset, line, path }: { offset: number; line: number; path: string },
): AsyncGenerator<{ text: Buffer; end: number; isCutOff: boolean }> {
  /** The line as far as it was read. */
  let parts: Buffer[] = [];
  let length = 0;
  const add = (part: Buffer) => {
    parts.push(part);
    length += part.length;
    if (length > MAX_LINE_BYTES)
      throw new LogError("MALFORMED_EVENT", `${path}:${line}: a line of more than ${MAX_LINE_BYTES} bytes`);
  };
  const text = () => (parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts, length));
  for (let at = offset; ; ) {
    const chunk = await readAll(file, at, CHUNK_BYTES);
    if (chunk.length === 0) break;
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      add(chunk.subarray(start, end));
      yield { text: text(), end: at + end + 1, isCutOff: false };
      [parts, length] = [[], 0];
      start = end + 1;
      line++;
    }
    if (start < chunk.length) add(chunk.subarray(start));
    at += chunk.length;
  }
  if (length > 0) yield { text: text(), end: Number.NaN, isCutOff: true };
}

/** The sequence in the last line. If that line cannot be read, it counts as the event after the line before it. */
async function lastSequence(file: FileHandle, { start, end, path }: Place): Promise<Sequence> {
  const last = await lastLine(file, { start, end, path });
  const event = readLine(() => eventFromJson(utf8(last.text, `${path}: last line`), `${path}: last line`));
  if (!(event instanceof LogError)) return event.seq;
  if (last.offset <= start) throw event;
  const before = await lastLine(file, { start, end: last.offset, path });
  const where = `${path}: second to last line`;
  return eventFromJson(utf8(before.text, where), where).seq + 1;
}

/** The offset after the last line that is not blank: editors add blank lines. */
async function endOfText(file: FileHandle, { start, end, path }: Place): Promise<number> {
  const { text, offset } = await lastLine(file, { start, end, path });
  const isBlank = offset > start && text.toString("latin1").trim() === "";
  return isBlank ? await endOfText(file, { start, end: offset, path }) : end;
}

interface Place {
  /** The offset of the first line. */
  start: number;
  /** The offset after the last line's end. */
  end: number;
  path: string;
}

/** Reads backwards until the start of the line. @throws LogError MALFORMED_EVENT if the line is too long */
async function lastLine(file: FileHandle, { start, end, path }: Place): Promise<{ text: Buffer; offset: number }> {
  let tail = Buffer.alloc(0);
  for (let from = end; ; ) {
    const size = Math.min(CHUNK_BYTES, from - start);
    from -= size;
    tail = Buffer.concat([await readAll(file, from, size), tail]);
    const length = tail.at(-1) === NEWLINE ? tail.length - 1 : tail.length;
    const begin = length === 0 ? 0 : tail.lastIndexOf(NEWLINE, length - 1) + 1;
    if (begin > 0 || from === start) return { text: tail.subarray(begin, length), offset: from + begin };
    if (length > MAX_LINE_BYTES)
      throw new LogError("MALFORMED_EVENT", `${path}: last line: more than ${MAX_LINE_BYTES} bytes`);
  }
}

/** Runs the decoder of a line. @returns the error if the line is not an event */
function readLine(decode: () => EncodedEvent): EncodedEvent | LogError {
  try {
    return decode();
  } catch (error) {
    if (error instanceof LogError) return error;
    throw error;
  }
}

/**
 * The error of a line without an end. It explains why the line is no JSON, or that it may be the last one by chance.
 */
function cutOff(event: EncodedEvent | LogError, where: string): LogError {
  if (!(event instanceof LogError))
    return new LogError(
      "MALFORMED_EVENT",
      `${where}: the file is cut off: its last line has no line end; if it is complete, add one`,
    );
  if (event.code !== "MALFORMED_EVENT") return event;
  return new LogError(event.code, `${event.message}; the file is cut off in this line`, { cause: event });
}
