/** Responds to commands: after their events are in the log, for a repeated key, and after a lost race. */
import type { CommandResult } from "../../events/commands/commands.ts";
import { decodeHeader } from "../../events/encoding/event.ts";
import { LogError, refusal } from "../../events/errors.ts";
import { sameBytes } from "../../events/hash.ts";
import type { StoredEvent, WritableLog } from "../../events/log/log.ts";
import type { Sequence } from "../../events/sequence.ts";
import { uuidText } from "../../events/uuid.ts";
import { type BatchDecider, type Outcome, type QueuedWrite, resultOf } from "./decide-batch.ts";

/** A command that waits for its result. */
export interface PendingWrite extends QueuedWrite {
  /** The user's stream: users take turns. */
  user: number;
  resolve(result: CommandResult): void;
  reject(error: unknown): void;
}

interface Sources {
  log: WritableLog;
  decider: BatchDecider;
  failureOf: (error: unknown) => unknown;
}

/** Resolves the commands of a batch whose events are durable. */
export async function respond(
  batch: readonly PendingWrite[],
  outcomes: readonly Outcome[],
  { log, decider, failureOf }: Sources,
): Promise<void> {
  for (const [n, outcome] of outcomes.entries()) {
    const pending = batch[n];
    if (!pending) continue;
    if (outcome.kind === "failed") pending.reject(failureOf(outcome.error));
    else if (outcome.kind === "repeat")
      await firstResultOf(pending, { log, decider }).then(pending.resolve, (error) => pending.reject(failureOf(error)));
    else if (outcome.kind === "event") pending.resolve(resultOf(outcome.event.id, outcome.event));
    else pending.resolve({ seq: null, id: null, stream: outcome.stream, version: outcome.version });
  }
}

/**
 * The result of the first command with this key. The cache knows its event's sequence, and the log has the hash of the
 * command.
 *
 * @throws Refusal KEY_REUSED if it differs; LogError UNREACHABLE, FORKED
 */
async function firstResultOf(
  { id, prepare }: PendingWrite,
  { log, decider }: Pick<Sources, "log" | "decider">,
): Promise<CommandResult> {
  const row = decider.activityOf(id);
  if (!row) throw new LogError("UNREACHABLE", `${log.name}: event ${uuidText(id)} cannot be found; try again`);
  const stored = await storedAt(log, row.seq);
  if (!sameBytes(decodeHeader(stored.body, `${log.name}: event ${row.seq}`).id, id))
    throw new LogError("FORKED", `${log.name}: event ${row.seq} is not the event that the cache contains`);
  const write = prepare();
  if (!write.isRetryOf({ ...stored, actor: row.actor, type: row.type }))
    throw refusal("KEY_REUSED", `the key ${uuidText(id)} was used for another command`, {
      values: { key: uuidText(id), seq: row.seq },
    });
  return resultOf(id, row);
}

/** @throws LogError UNREACHABLE if the event cannot be read now */
async function storedAt(log: WritableLog, seq: Sequence): Promise<StoredEvent> {
  for await (const stored of log.readStored({ after: seq - 1, upTo: seq })) return stored;
  throw new LogError("UNREACHABLE", `${log.name}: event ${seq} cannot be read; try again`);
}

/**
 * After a lost race or an unknown outcome: settles a command whose event is in the log, or whose outcome is unknown.
 *
 * @returns false if the command must be decided again
 */
export function respondIfLanded(pending: PendingWrite, unknown: LogError | null, decider: BatchDecider): boolean {
  const { event, id, keyed } = pending;
  if (event === null) return false;
  const row = decider.activityOf(id);
  if (row && keyed) return false; // decided again as a repeat, which compares it with the log's event
  if (row) pending.resolve(resultOf(id, row));
  else if (unknown) pending.reject(unknown);
  return row !== undefined || unknown !== null;
}
