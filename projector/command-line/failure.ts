/** What ends a command: one line on stderr, and an exit code. */
import type { AddressInfo } from "node:net";
import { LogError, type LogErrorCode } from "../../events/errors.ts";
import { CacheError, type CacheErrorCode } from "../cache/errors.ts";

/** What the caller gave cannot be used: wrong arguments, a place that holds something else. Exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The work could not be done, for another reason. Exit code 1. */
export class Failure extends Error {
  override readonly name = "Failure";
}

/** Ctrl-C, or a request to end. The exit code is that of a process which a signal ended. */
export class Interruption extends Error {
  override readonly name = "Interruption";
  readonly exitCode: number;

  constructor(exitCode: number, message = "stopped") {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The end of work that a signal stopped, with what that leaves behind. */
export function interruptionOf(signal: AbortSignal, leaves: string): Interruption {
  const { exitCode } = signal.reason instanceof Interruption ? signal.reason : new Interruption(130);
  return new Interruption(exitCode, `stopped; ${leaves}`);
}

/** Codes that speak of the place that was named, not of what is in it. */
const WRONG_PLACE: ReadonlySet<LogErrorCode | CacheErrorCode> = new Set([
  "NOT_A_LOG",
  "UNREACHABLE",
  "UNAUTHORIZED",
  "NOT_A_CACHE",
  "NO_CACHE",
  "UNAVAILABLE",
]);

const FILE_PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  ENOTDIR: "a part of this path is a file, not a folder",
  EISDIR: "is a folder",
  EACCES: "access is denied",
  EPERM: "access is denied",
  EROFS: "cannot be written: the disk is read-only",
  EEXIST: "exists already",
};

const LISTEN_PROBLEMS: Readonly<Record<string, string>> = {
  EADDRINUSE: "another program listens there",
  EADDRNOTAVAIL: "this machine has no such address",
  EACCES: "access is denied",
};

/** The line and the exit code for whatever was thrown. */
export function failureOf(error: unknown): { message: string; exitCode: number } {
  if (error instanceof Interruption) return { message: error.message, exitCode: error.exitCode };
  if (error instanceof UsageError) return { message: oneLine(error.message), exitCode: 2 };
  if (error instanceof Failure) return { message: oneLine(error.message), exitCode: 1 };
  if (error instanceof LogError || error instanceof CacheError)
    return { message: oneLine(error.message + adviceFor(error)), exitCode: WRONG_PLACE.has(error.code) ? 2 : 1 };
  const { code, path, message, syscall, address, port } = error as NodeJS.ErrnoException & Partial<AddressInfo>;
  const taken = syscall === "listen" ? LISTEN_PROBLEMS[code ?? ""] : undefined;
  if (taken) return { message: `${address}:${port}: ${taken}`, exitCode: 2 };
  const problem = FILE_PROBLEMS[code ?? ""];
  if (problem && path) return { message: oneLine(`${path}: ${problem}`), exitCode: 2 };
  return { message: `unexpected: ${oneLine(message ?? String(error))}${stackOf(error)}`, exitCode: 1 };
}

function adviceFor({ code, message }: LogError | CacheError): string {
  if (code === "UNAUTHORIZED" && /^https?:/.test(message))
    return "; INVOIFY_TOKEN, or INVOIFY_EMAIL and INVOIFY_PASSWORD, say who asks";
  if (code === "STALE_CACHE" || code === "DAMAGED_CACHE") return "; replay it again";
  return "";
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, " ");
}

/** A mistake of ours: whoever looks for it sets INVOIFY_DEBUG. */
function stackOf(error: unknown): string {
  return process.env.INVOIFY_DEBUG && error instanceof Error ? `\n${error.stack}` : "";
}
