/** The side of a second thread: it does one task after the other, and reports errors as plain data. */
import { setPriority } from "node:os";
import { isMainThread, type MessagePort, parentPort } from "node:worker_threads";
import Database from "better-sqlite3";
import { z } from "zod";
import { Refusal } from "../../events/errors.ts";
import type { RefusalValues, Rule } from "../../events/rules.ts";
import { CacheError, type CacheErrorCode } from "../cache/errors.ts";
import type { Numbered } from "./task-thread.ts";

/** The thread gets a tenth of the time of a processor that others need too. */
const NICENESS = 10;

/** An error as plain data, because only that can be sent to another thread. */
export type ThreadFailure =
  | { kind: "input"; path: string; message: string }
  | { kind: "refusal"; rule: Rule; message: string; field: string | null; values: RefusalValues }
  | { kind: "replaced" }
  | { kind: "cache"; code: CacheErrorCode; message: string }
  | { kind: "sqlite"; code: string; message: string }
  | { kind: "other"; message: string };

/** The file that a task reads was replaced by a newer one. */
export class Replaced extends Error {}

/** A reply, and the memory that moves to the other thread with it. */
export interface TaskReply<Reply> {
  reply: Reply;
  moved?: readonly ArrayBuffer[];
}

/**
 * Does each task that the other thread sends, with a low priority of the system. Does nothing if this is no thread.
 *
 * @param replyTo does a task @param failed makes the reply to one that threw an error
 */
export function serveTasks<Message extends object, Reply extends object>(
  replyTo: (message: Message) => TaskReply<Reply>,
  failed: (error: unknown, message: Message) => Reply,
): void {
  if (parentPort === null || isMainThread) return;
  // Only Linux has a priority for each thread; elsewhere it would be that of the whole process.
  if (process.platform === "linux") setPriority(NICENESS);
  const port: MessagePort = parentPort;
  port.on("message", (message: Numbered<Message>) => {
    const { n } = message;
    try {
      const { reply, moved = [] } = replyTo(message);
      port.postMessage({ n, ...reply }, [...moved]);
    } catch (error) {
      port.postMessage({ n, ...failed(error, message) });
    }
  });
  port.postMessage("ready");
}

/** Any error as plain data. */
export function failureOf(error: unknown): ThreadFailure {
  if (error instanceof z.ZodError) {
    const [issue] = error.issues;
    return { kind: "input", path: issue?.path.join(".") ?? "", message: issue?.message ?? "not valid" };
  }
  if (error instanceof Replaced) return { kind: "replaced" };
  if (error instanceof Refusal) {
    const { rule, message, field, values } = error;
    return { kind: "refusal", rule, message, field, values };
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  if (error instanceof CacheError) return { kind: "cache", code: error.code, message };
  if (error instanceof Database.SqliteError) return { kind: "sqlite", code: error.code, message };
  return { kind: "other", message: stack ?? message };
}
