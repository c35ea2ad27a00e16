/** Opens a log by its address, wherever it is stored. */
import { open } from "node:fs/promises";
import { LogError } from "../errors.ts";
import type { EventLog, LogId, WritableLog } from "../log/log.ts";
import { parseUuidV7 } from "../uuid.ts";
import { EventsFile } from "./file/events-file.ts";
import { MAGIC } from "./file/events-file-format.ts";
import { BYTE_ORDER_MARK, NdjsonFile } from "./file/ndjson-file.ts";
import { codeOf, readAll } from "./file/whole-file.ts";
import { HttpLog, type HttpLogOptions } from "./http/http-log.ts";
import type { Access } from "./mongo/earlier-shape.ts";
import { SqliteLog } from "./sqlite/sqlite-log.ts";

const ADDRESSES = `a log's address is one of:
  mongodb://…/database#log-id   (or mongodb+srv://…; #log-id is needed if there are several logs)
  https://invoices.example      (an API; http:// on this machine only)
  log.sqlite                    (an embedded log, or a desktop's mirror)
  log.events                    (a file with the exact bytes)
  log.ndjson                    (a file for people)`;

interface OpenLogOptions {
  /** Access token of an API; a function if the token must be renewed. */
  token?: string | HttpLogOptions["token"];
}

/**
 * Opens a log for reading.
 *
 * @throws LogError NOT_A_LOG if the address has none of the known forms, or leads to something other than a log;
 *   UNREACHABLE, UNAUTHORIZED, DAMAGED, MALFORMED_EVENT, UNKNOWN_EVENT, depending on the source
 */
export async function openLog(address: string, options: OpenLogOptions = {}): Promise<EventLog> {
  switch (schemeOf(address)) {
    case "mongodb":
    case "mongodb+srv":
      return await openMongo(address, "read");
    case "http":
    case "https":
      return openHttp(address, options);
    case null:
      return await openFile(address);
    default:
      throw unknownForm(address);
  }
}

/**
 * Opens a log for reading and writing: in MongoDB, or an embedded log.
 *
 * @param options.create creates the file of an embedded log if it does not exist
 * @param options.converts the log is copied from the collection of release 0.1 in the same MongoDB database
 * @throws LogError as `openLog`; NOT_A_LOG if the address is read-only
 */
export async function openWritableLog(
  address: string,
  options: { create?: boolean; converts?: boolean } = {},
): Promise<WritableLog> {
  const scheme = schemeOf(address);
  if (scheme === "mongodb" || scheme === "mongodb+srv")
    return await openMongo(address, options.converts ? "convert" : "write");
  if (scheme === null && extensionOf(address) === "sqlite")
    return SqliteLog.open(address, { kind: "embedded", create: options.create ?? false });
  if (scheme === null ? FILES.has(extensionOf(address)) : scheme === "http" || scheme === "https")
    throw new LogError(
      "NOT_A_LOG",
      `${withoutSecrets(address)} is read-only; only MongoDB and .sqlite files can be written`,
    );
  throw unknownForm(address);
}

/** Loads the driver only when it is needed: loading takes longer than all the rest of a small command. */
async function openMongo(address: string, access: Access): Promise<WritableLog> {
  const { openMongoLog } = await import("./mongo/open-mongo-log.ts");
  return await openMongoLog(address, { access });
}

/** The scheme of an address, such as `mongodb`; null for a file name. A single letter is a Windows drive. */
function schemeOf(address: string): string | null {
  return /^([a-z][a-z0-9+.-]+):\/\//i.exec(address)?.[1]?.toLowerCase() ?? null;
}

function openHttp(address: string, { token }: OpenLogOptions): EventLog {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || url.username || url.password)
    throw new LogError("NOT_A_LOG", `${withoutSecrets(address)}: not the address of an API, such as https://host:port`);
  if (url.protocol === "http:" && !isLoopback(url.hostname))
    throw new LogError(
      "NOT_A_LOG",
      `${url.origin}: use https: over http, anyone on the network path could read the log and the token`,
    );
  return new HttpLog(url.origin, {
    token: typeof token === "function" ? token : () => token ?? null,
    log: logOf(url.hash, url.origin),
  });
}

function logOf(hash: string, name: string): LogId | null {
  const id = hash.slice(1);
  if (id && !parseUuidV7(id)) throw new LogError("NOT_A_LOG", `${name}: ${hash} is not the id of a log (a UUIDv7)`);
  return id ? id.toLowerCase() : null;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}

type Kind = "events" | "ndjson" | "sqlite";

const FILES: ReadonlyMap<string, (path: string) => EventLog | Promise<EventLog>> = new Map<
  Kind,
  (path: string) => EventLog | Promise<EventLog>
>([
  ["events", (path) => EventsFile.open(path)],
  ["ndjson", (path) => NdjsonFile.open(path)],
  ["sqlite", (path) => SqliteLog.open(path, { readonly: true })],
]);

async function openFile(path: string): Promise<EventLog> {
  const opener = FILES.get(extensionOf(path));
  if (!opener) throw unknownForm(path);
  const content = await detectContent(path);
  if (content !== null && content !== extensionOf(path))
    throw new LogError("NOT_A_LOG", `${path}: not a .${extensionOf(path)} file: ${CONTENTS[content]}`);
  return await opener(path);
}

const CONTENTS = {
  events: "its content is that of a .events file",
  ndjson: "its content is that of a .ndjson file",
  sqlite: "its content is that of a .sqlite file",
  foreign: "its content is that of no log file",
} as const;

/** The first bytes of every SQLite file: https://www.sqlite.org/fileformat2.html#the_database_header */
export const SQLITE_MAGIC = Buffer.from("SQLite format 3\0", "latin1");

/** Detects what a file contains, by its first bytes; null if it is empty. */
async function detectContent(path: string): Promise<keyof typeof CONTENTS | null> {
  const bytes = await firstBytes(path, SQLITE_MAGIC.length);
  if (bytes.length === 0) return null;
  const text = bytes.subarray(bytes.indexOf(BYTE_ORDER_MARK) === 0 ? BYTE_ORDER_MARK.length : 0);
  if (bytes.equals(SQLITE_MAGIC)) return "sqlite";
  if (bytes.subarray(0, MAGIC.length).equals(MAGIC)) return "events";
  return text[0] === 0x7b ? "ndjson" : "foreign"; // {
}

async function firstBytes(path: string, count: number): Promise<Buffer> {
  try {
    const file = await open(path, "r");
    try {
      return await readAll(file, 0, count);
    } finally {
      await file.close();
    }
  } catch (error) {
    const reason = codeOf(error) === "ENOENT" ? "there is no such file" : `cannot be read (${String(codeOf(error))})`;
    throw new LogError("NOT_A_LOG", `${path}: ${reason}`, { cause: error });
  }
}

function extensionOf(path: string): string {
  return /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase() ?? "";
}

function unknownForm(address: string): LogError {
  return new LogError("NOT_A_LOG", `${withoutSecrets(address)}: ${ADDRESSES}`);
}

function withoutSecrets(address: string): string {
  return address.replace(/^([a-z][a-z0-9+.-]+:\/\/).*@/i, "$1");
}
