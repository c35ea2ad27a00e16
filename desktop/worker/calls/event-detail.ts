/** One event for a window: its words, its fields as they were recorded, and its hash. */
import { definitionOf, type StreamKind } from "../../../events/encoding/catalogue.ts";
import { decodeHeader } from "../../../events/encoding/event.ts";
import { eventToJson } from "../../../events/encoding/event-json.ts";
import { LogError } from "../../../events/errors.ts";
import { eventHash } from "../../../events/hash.ts";
import { currencyOf, nameOfStream, streamKindOf } from "../../../projector/queries/history.ts";
import type { ReadAnswer } from "../../../projector/queries/reads/reads.ts";
import type { EventDetail } from "../../contract/contract.ts";
import { inWords, type Readable } from "./activity-words.ts";

export function eventDetail(answer: NonNullable<ReadAnswer<"getEvent">>, from: Readable): EventDetail {
  const { event, ...rest } = answer;
  const body = from.bodyAt(event.seq);
  const { version, stream, event_id } = event;
  return {
    ...rest,
    event: inWords(from, event, null),
    event_id,
    version,
    currency: currencyOf(from.db, stream),
    recorded: body && recordedOf(from, body),
  };
}

/** What the event's bytes say. */
function recordedOf({ db }: Readable, body: Uint8Array): NonNullable<EventDetail["recorded"]> {
  const { type, schema } = decodeHeader(body);
  const data = dataOf(body);
  const names: Record<string, string> = {};
  const nameOf = (id: number): string => {
    const kind: StreamKind | undefined = streamKindOf(db, id);
    return kind === undefined ? "" : nameOfStream(db, kind, id);
  };
  for (const [path, value] of leavesOf(data))
    if (IS_STREAM.test(path) && typeof value === "number") names[path] = nameOf(value);
  return {
    schema,
    newest_schema: definitionOf(type)?.schemas.length ?? schema,
    bytes: body.length,
    hash: eventHash(body).toString("hex"),
    data,
    names,
  };
}

/** Fields that name another stream. */
const IS_STREAM = /(?:^|\.)(?:\w*Id|takenBy)$/;

/** @returns null if a newer release wrote the event */
function dataOf(body: Uint8Array): object | null {
  try {
    return (JSON.parse(eventToJson(body)) as { data: object }).data;
  } catch (error) {
    if (error instanceof LogError && error.code === "UNKNOWN_EVENT") return null;
    throw error;
  }
}

/** Every value in the data, with its path, such as `allocations.0.invoiceId`. */
function* leavesOf(value: unknown, path = ""): Generator<[path: string, value: unknown]> {
  if (typeof value !== "object" || value === null) return yield [path, value];
  for (const [name, part] of Object.entries(value)) yield* leavesOf(part, path === "" ? name : `${path}.${name}`);
}
