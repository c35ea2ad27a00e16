/** Events as JSON for people: named fields, bytes as base64. The JSON converts back to exactly the same bytes. */
import { z } from "zod";
import { LogError } from "../errors.ts";
import { repeatedKey } from "../repeated-key.ts";
import { parseUuidV7 } from "../uuid.ts";
import { faultsOf } from "../values/zod-words.ts";
import { definitionOf } from "./catalogue.ts";
import { decodeHeader, describeEvent, type EncodedEvent, encodeFact } from "./event.ts";
import type { Shape } from "./shape.ts";

/** SHA-256. */
const REQUEST_BYTES = 32;

const whole = (min: number) => z.int().min(min);

const eventJson = z.strictObject({
  seq: whole(1),
  id: z.uuidv7(),
  stream: whole(1),
  version: whole(1),
  type: z.string(),
  schema: whole(1),
  at: whole(0),
  actor: whole(0),
  data: z.unknown(),
  request: z.base64().nullable().default(null),
});

/**
 * Writes an event as one line of JSON.
 *
 * @param request the request hash; left out if it is null
 * @throws LogError UNKNOWN_EVENT, MALFORMED_EVENT
 */
export function eventToJson(body: Uint8Array, request: Uint8Array | null = null, where = "event"): string {
  const { data, ...rest } = describeEvent(body, where);
  const { type, schema } = decodeHeader(body, where);
  const shape = shapeOf(type, schema);
  if (!shape) throw new LogError("UNKNOWN_EVENT", `${where}: ${type} has no schema ${schema}`);
  const stored = request && { request: Buffer.from(request).toString("base64") };
  return JSON.stringify({ ...rest, data: toJson(shape, data), ...stored });
}

/**
 * Encodes an event from its JSON, in the schema version that the JSON names.
 *
 * @param where begins the message of errors, such as `sample.ndjson:17`
 * @throws LogError MALFORMED_EVENT with the field; UNKNOWN_EVENT
 */
export function eventFromJson(text: string, where = "event"): EncodedEvent {
  const parsed = eventJson.safeParse(parseJson(text, where));
  if (!parsed.success) {
    const [fault] = faultsOf(parsed.error.issues, 1);
    throw new LogError("MALFORMED_EVENT", `${where}: ${fault?.field || "event"}: ${fault?.message}`);
  }
  const { data, request, type, schema, ...header } = parsed.data;
  const shape = shapeOf(type, schema);
  try {
    const fact = { type, data: shape ? (fromJson(shape, data, "data") as object) : {} };
    const id = parseUuidV7(header.id);
    if (!id) throw new LogError("MALFORMED_EVENT", `id ${header.id} is not a UUIDv7`);
    return encodeFact({ ...header, id }, fact, schema, request === null ? null : requestHash(request));
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    throw new LogError(error.code, `${where}: ${error.message}`, { cause: error });
  }
}

function shapeOf(type: string, schema: number): Shape | undefined {
  return definitionOf(type)?.schemas[schema - 1]?.shape;
}

function parseJson(text: string, where: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new LogError("MALFORMED_EVENT", `${where}: not JSON: ${(error as Error).message}`, { cause: error });
  }
  const repeated = repeatedKey(text);
  if (repeated !== null) throw new LogError("MALFORMED_EVENT", `${where}: ${repeated}: the name is there twice`);
  return value;
}

function requestHash(json: string): Uint8Array {
  const hash = fromBase64(json, "request");
  if (hash.length !== REQUEST_BYTES)
    throw misfit("request", `${hash.length} bytes, a request hash has ${REQUEST_BYTES}`);
  return hash;
}

function toJson(shape: Shape, value: unknown): unknown {
  switch (shape.kind) {
    case "object": {
      const object = value as Record<string, unknown>;
      return Object.fromEntries(shape.fields.map(({ name, shape }) => [name, toJson(shape, object[name])]));
    }
    case "array":
      return (value as unknown[]).map((element) => toJson(shape.of, element));
    case "nullable":
      return value === null ? null : toJson(shape.of, value);
    case "bytes":
      return Buffer.from(value as Uint8Array).toString("base64");
    default:
      return value;
  }
}

/** Converts names and bytes. The values are checked when the event is encoded. A nullable field can be left out. */
function fromJson(shape: Shape, json: unknown, path: string): unknown {
  switch (shape.kind) {
    case "object": {
      if (typeof json !== "object" || json === null || Array.isArray(json)) throw misfit(path, "not an object");
      const object = new Map(Object.entries(json));
      const entries = shape.fields.map(({ name, shape }) => {
        const value = object.get(name);
        if (!object.delete(name) && shape.kind !== "nullable") throw misfit(`${path}.${name}`, "is missing");
        return [name, fromJson(shape, value ?? null, `${path}.${name}`)];
      });
      const [stray] = object.keys();
      if (stray !== undefined) throw misfit(`${path}.${stray}`, "there is no such field");
      return Object.fromEntries(entries);
    }
    case "array":
      if (!Array.isArray(json)) throw misfit(path, "not an array");
      return json.map((element, n) => fromJson(shape.of, element, `${path}[${n}]`));
    case "nullable":
      return json === null ? null : fromJson(shape.of, json, path);
    case "bytes":
      return fromBase64(json, path);
    case "string":
      // A lone surrogate would silently become another character.
      if (typeof json === "string" && !json.isWellFormed()) throw misfit(path, "not valid Unicode");
      return json;
    default:
      return json;
  }
}

function fromBase64(json: unknown, path: string): Uint8Array {
  const bytes = typeof json === "string" ? Buffer.from(json, "base64") : null;
  if (bytes?.toString("base64") !== json || !bytes) throw misfit(path, "not base64");
  return bytes;
}

function misfit(path: string, problem: string): LogError {
  return new LogError("MALFORMED_EVENT", `${path}: ${problem}`);
}
