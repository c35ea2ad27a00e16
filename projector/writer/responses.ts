/** Responds to commands: after their events are in the log, for a repeated key, and after a lost race. */
import type { CommandResult } from "../../events/commands/commands.ts";
import { LogError, refusal } from "../../events/errors.ts";
import type { WritableLog } from "../../events/log/log.ts";
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
      await firstResultOf(pending, { log, decider }).then(pending.resolve, pending.reject);
    else if (outcome.kind === "event") pending.resolve(resultOf(outcome.event.id, outcome.event));
    else pending.resolve({ seq: null, id: null, stream: outcome.stream, version: outcome.version });
  }
}

/** The result of the first command with this key. @throws Refusal KEY_REUSED if it differs; LogError UNREACHABLE */
async function firstResultOf(
  { id, prepare }: PendingWrite,
  { log, decider }: Pick<Sources, "log" | "decider">,
): Promise<CommandResult> {
  const stored = await log.find(id);
  const write = prepare();
  const row = decider.activityOf(id);
  if (!stored || !row)
    throw new LogError("UNREACHABLE", `${log.name}: event ${uuidText(id)} cannot be found; try again`);
  if (!write.isRetryOf({ ...stored, actor: row.actor, type: row.type }))
    throw refusal("KEY_REUSED", `the key ${uuidText(id)} was used for another command`, {
      values: { key: uuidText(id), seq: row.seq },
    });
  return resultOf(id, row);
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
