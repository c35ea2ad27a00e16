/** What a command is answered: once its event is in the log, by the event that has its key, or after a lost race. */
import type { CommandResult } from "../../events/commands/commands.ts";
import { LogError, refusal } from "../../events/errors.ts";
import type { WritableLog } from "../../events/log/log.ts";
import { uuidText } from "../../events/uuid.ts";
import { type BatchDecider, type Outcome, type QueuedWrite, writtenOf } from "./decide-batch.ts";

/** A command that waits for its response. */
export interface PendingWrite extends QueuedWrite {
  resolve(written: CommandResult): void;
  reject(error: unknown): void;
}

interface Sources {
  log: WritableLog;
  deciding: BatchDecider;
  failureOf: (error: unknown) => unknown;
}

/** Answers the commands of a batch whose events are durable. */
export async function respond(
  batch: readonly PendingWrite[],
  outcomes: readonly Outcome[],
  { log, deciding, failureOf }: Sources,
): Promise<void> {
  for (const [n, outcome] of outcomes.entries()) {
    const pending = batch[n];
    if (!pending) continue;
    if (outcome.kind === "failed") pending.reject(failureOf(outcome.error));
    else if (outcome.kind === "repeat")
      await firstResponseTo(pending, { log, deciding }).then(pending.resolve, pending.reject);
    else if (outcome.kind === "event") pending.resolve(writtenOf(outcome.event.id, outcome.event));
    else pending.resolve({ seq: null, id: null, stream: outcome.stream, version: outcome.version });
  }
}

/** The same key again. @throws Refusal KEY_REUSED if it was another command; LogError UNREACHABLE */
async function firstResponseTo(
  { id, prepare }: PendingWrite,
  { log, deciding }: Pick<Sources, "log" | "deciding">,
): Promise<CommandResult> {
  const stored = await log.find(id);
  const write = prepare();
  const row = deciding.activityOf(id);
  if (!stored || !row) throw new LogError("UNREACHABLE", `${log.name}: event ${uuidText(id)} is not found now`);
  if (!write.made({ ...stored, actor: row.actor, type: row.type }))
    throw refusal("KEY_REUSED", `the key ${uuidText(id)} was used for another command`, {
      values: { key: uuidText(id), seq: row.seq },
    });
  return writtenOf(id, row);
}

/**
 * After a race: answers a command whose event is in the log after all, or of which nobody knows.
 *
 * @returns false if it must be decided again
 */
export function respondIfLanded(pending: PendingWrite, unknown: LogError | null, deciding: BatchDecider): boolean {
  const { event, id, keyed } = pending;
  if (event === null) return false;
  const row = deciding.activityOf(id);
  if (row && keyed) return false; // decided again as a repeat: then the log says whose command it was
  if (row) pending.resolve(writtenOf(id, row));
  else if (unknown) pending.reject(unknown);
  return row !== undefined || unknown !== null;
}
