/** The decoded events of a log. A command that lists events decodes every one, so none that it cannot read is skipped. */
import { decodeEvent, type LogEvent } from "../../events/encoding/event.ts";
import { LogError } from "../../events/errors.ts";
import type { EventLog } from "../../events/log/log.ts";
import type { Sequence } from "../../events/sequence.ts";

/**
 * Reads and decodes all events up to the head.
 *
 * @param options.onProgress called after each batch with its last sequence
 * @throws LogError UNKNOWN_EVENT, MALFORMED_EVENT, DAMAGED: the message names the event, and all events before it were
 *   yielded
 */
export async function* decodedEvents(
  log: EventLog,
  head: Sequence,
  { onProgress }: { onProgress?: (seq: Sequence) => void } = {},
): AsyncGenerator<{ event: LogEvent; body: Uint8Array }> {
  for await (const { after, bodies } of log.read({ after: 0, upTo: head })) {
    for (const [n, body] of bodies.entries()) yield { event: decodeAt(body, after + n + 1), body };
    onProgress?.(after + bodies.length);
  }
}

/** Decodes the event at a sequence. @throws LogError UNKNOWN_EVENT, MALFORMED_EVENT, DAMAGED: the message names it */
export function decodeAt(body: Uint8Array, seq: Sequence): LogEvent {
  const event = decodeEvent(body, `event ${seq}`);
  if (event.seq === seq) return event;
  throw new LogError("DAMAGED", `event ${seq}: holds event ${event.seq}`);
}

/** Reads one event's bytes. @throws LogError DAMAGED if the log does not have it */
export async function readBody(log: EventLog, seq: Sequence): Promise<Uint8Array> {
  for await (const { bodies } of log.read({ after: seq - 1, upTo: seq })) if (bodies[0]) return bodies[0];
  throw new LogError("DAMAGED", `${log.name}: event ${seq} is missing`);
}
