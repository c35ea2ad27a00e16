/** What clients are told when a second thread did not do what they asked for. */
import Database from "better-sqlite3";
import { z } from "zod";
import { Refusal } from "../../events/errors.ts";
import { CacheError } from "../../projector/cache/errors.ts";
import { ThreadError } from "../../projector/threads/task-thread.ts";
import type { ThreadFailure } from "../../projector/threads/thread-program.ts";
import { HttpProblem } from "../http/problems.ts";

/** @param tooLong what is said if the time limit ended it @returns other errors as they are */
export function problemOfThread(error: unknown, tooLong: string): unknown {
  if (!(error instanceof ThreadError)) return error;
  if (error.reason === "too long") return new HttpProblem("READ_TOO_LONG", tooLong);
  if (error.reason === "closed") return new HttpProblem("SHUTTING_DOWN", "the server is shutting down; try again");
  return new HttpProblem("BUSY", "the read was interrupted; try again");
}

/** The error of a task, as this thread would have thrown it. */
export function errorOfFailure(failure: ThreadFailure): Error {
  const { kind } = failure;
  if (kind === "input")
    return new z.ZodError([
      { code: "custom", path: failure.path === "" ? [] : failure.path.split("."), message: failure.message },
    ] as never);
  if (kind === "refusal") return new Refusal(failure.rule, failure.message, failure);
  if (kind === "replaced") return new HttpProblem("OPENING", "the organization was opened again; try again");
  if (kind === "cache") return new CacheError(failure.code, failure.message);
  if (kind === "sqlite") return new Database.SqliteError(failure.message, failure.code);
  return new Error(failure.message);
}
