/**
 * One event: a MessagePack array of nine positions. It is encoded once, when it is appended, and never again: these
 * bytes are stored, sent, mirrored, exported and hashed. `events/README.md` is the specification.
 */
import { Packr, Unpackr } from "msgpackr";
import { LogError } from "../errors.ts";
import type { Sequence, StreamId } from "../sequence.ts";
import { isUuidV7, uuidText } from "../uuid.ts";
import { MAX_EVENT_BYTES } from "../values/size-limits.ts";
import { CATALOGUE, definitionOf, type Fact } from "./catalogue.ts";
import { scanEvent } from "./scan.ts";
import { explain, toPositions } from "./shape.ts";

/** Where an event is in its log, when it was appended, and who caused it. */
export interface EventHeader {
  seq: Sequence;
  /** UUIDv7, 16 bytes: the request's Idempotency-Key, or one that the server generates. */
  id: Uint8Array;
  stream: StreamId;
  /** Number within the stream, from 1. */
  version: number;
  /** By the server's clock, ms since 1970 UTC; never earlier than the previous event. */
  at: number;
  /** The stream of the user; 0 is the server itself. */
  actor: number;
}

/** A fact with its header, as folds read it. The data has the current shape, whatever shape the bytes have. */
export type LogEvent = Fact & EventHeader;

/** An event's bytes, and the fields that a log indexes. */
export interface EncodedEvent extends EventHeader {
  type: string;
  /** The request hash, 32 bytes, which is stored beside the bytes; null if no command caused the event. */
  request: Uint8Array | null;
  body: Uint8Array;
}

const packr = new Packr({ useRecords: false });
const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true });

const POSITIONS = 9;

/**
 * Encodes an event in its type's current shape.
 *
 * @throws LogError MALFORMED_EVENT if it does not fit the schema, or is longer than MAX_EVENT_BYTES
 */
export function encodeEvent(event: LogEvent, request: Uint8Array | null = null): EncodedEvent {
  return encodeAndDecode(event, request).encoded;
}

/** Like `encodeEvent`; also returns the event as decoded from its bytes, for a caller that folds it immediately. */
export function encodeAndDecode(
  event: LogEvent,
  request: Uint8Array | null,
): { encoded: EncodedEvent; decoded: LogEvent } {
  return encode(event, event, CATALOGUE[event.type].schemas.length, request);
}

/**
 * Encodes an event in the current shape, or in an older one for fixtures.
 *
 * @param schema from 1
 * @throws LogError MALFORMED_EVENT; UNKNOWN_EVENT if the type has no such shape
 */
export function encodeFact(
  header: EventHeader,
  fact: { type: string; data: object },
  schema: number,
  request: Uint8Array | null,
): EncodedEvent {
  return encode(header, fact, schema, request).encoded;
}

function encode(
  header: EventHeader,
  fact: { type: string; data: object },
  schema: number,
  request: Uint8Array | null,
): { encoded: EncodedEvent; decoded: LogEvent } {
  const { seq, id, stream, version, at, actor } = header;
  const { type } = fact;
  const where = `event ${seq} ${type}`;
  const { shape, read } = schemaOf(type, schema, where);
  const positions = toPositions(shape, fact.data);
  if (read(positions) === undefined) throw misfit(shape, positions, where);
  const body = Buffer.from(packr.pack([seq, Buffer.from(id), stream, version, type, schema, at, actor, positions]));
  if (body.length > MAX_EVENT_BYTES)
    throw new LogError("MALFORMED_EVENT", `${where}: ${body.length} bytes, an event has at most ${MAX_EVENT_BYTES}`);
  const decoded = decodeEvent(body, where); // an event that cannot be read must not be written
  return { encoded: { seq, id, stream, version, type, at, actor, request, body }, decoded };
}

/**
 * Decodes an event and converts its data to the current shape.
 *
 * @param where names the bytes in errors
 * @param options.scanned true if the bytes are exactly one event that `scanEvent` has accepted
 * @throws LogError MALFORMED_EVENT with the byte or the field; UNKNOWN_EVENT for a type or shape of a newer release
 */
export function decodeEvent(body: Uint8Array, where = "event", options: { scanned?: boolean } = {}): LogEvent {
  if (!options.scanned) scanWhole(body, where);
  const { header, type, schema, data } = decodePositions(body, where);
  return { ...header, type, data: readData(type, schema, data, `${where} (${type})`) } as LogEvent;
}

/** Decodes an event's header, type and schema version, but not its data. So it reads events of unknown types too. */
export function decodeHeader(body: Uint8Array, where = "event"): EventHeader & { type: string; schema: number } {
  scanWhole(body, where);
  const { header, type, schema } = decodePositions(body, where);
  return { ...header, type, schema };
}

/** Decodes an event for people: names instead of positions, in the shape that its bytes have. */
export function describeEvent(body: Uint8Array, where = "event"): Record<string, unknown> {
  scanWhole(body, where);
  const { header, type, schema, data } = decodePositions(body, where);
  const { shape } = schemaOf(type, schema, where);
  const { seq, id, stream, version, at, actor } = header;
  const named = schemaOf(type, schema, where).read(data);
  if (named === undefined) throw misfit(shape, data, where);
  return { seq, id: uuidText(id), stream, version, type, schema, at, actor, data: named };
}

function scanWhole(body: Uint8Array, where: string): void {
  const end = scanEvent(body, 0, where);
  if (end !== body.length)
    throw new LogError("MALFORMED_EVENT", `${where}: byte ${end}: ${body.length - end} bytes after the event's end`);
}

/** @param body scanned */
function decodePositions(body: Uint8Array, where: string) {
  const positions: unknown[] = unpackr.unpack(body);
  if (positions.length !== POSITIONS)
    throw new LogError("MALFORMED_EVENT", `${where}: ${positions.length} positions, an event has ${POSITIONS}`);
  const [seq, id, stream, version, type, schema, at, actor, data] = positions;
  const header: EventHeader = {
    seq: whole(seq, 1, "seq", where),
    id: uuidOf(id, where),
    stream: whole(stream, 1, "stream", where),
    version: whole(version, 1, "version", where),
    at: whole(at, 0, "at", where),
    actor: whole(actor, 0, "actor", where),
  };
  if (typeof type !== "string") throw new LogError("MALFORMED_EVENT", `${where}: type is not a string`);
  return { header, type, schema: whole(schema, 1, "schema", where), data };
}

function readData(type: string, schema: number, data: unknown, where: string): object {
  const definition = schemaOf(type, schema, where);
  let value = definition.read(data);
  if (value === undefined) throw misfit(definition.shape, data, where);
  for (let n = schema, { upcast } = definition; upcast; n++) {
    value = upcast(value as never);
    upcast = schemaOf(type, n + 1, where).upcast;
  }
  return value;
}

function schemaOf(type: string, schema: number, where: string) {
  const definition = definitionOf(type);
  const known = definition?.schemas[schema - 1];
  if (known) return known;
  throw new LogError(
    "UNKNOWN_EVENT",
    definition
      ? `${where}: ${type} has schema ${schema}, this release knows up to ${definition.schemas.length}: update needed`
      : `${where}: this release does not know the type ${JSON.stringify(type)}: update needed`,
  );
}

function misfit(shape: Parameters<typeof explain>[0], data: unknown, where: string): LogError {
  return new LogError("MALFORMED_EVENT", `${where}: ${explain(shape, data, "data") ?? "data does not fit"}`);
}

function whole(value: unknown, min: number, name: string, where: string): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= min) return value;
  throw new LogError("MALFORMED_EVENT", `${where}: ${name} is ${String(value)}, not an integer of at least ${min}`);
}

function uuidOf(value: unknown, where: string): Uint8Array {
  if (value instanceof Uint8Array && isUuidV7(value)) return value;
  throw new LogError("MALFORMED_EVENT", `${where}: id is not the 16 bytes of a UUIDv7`);
}
