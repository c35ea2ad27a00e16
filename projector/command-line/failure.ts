/** Errors that end a command with one line on stderr and an exit code. */
import type { AddressInfo } from "node:net";
import { LogError, type LogErrorCode } from "../../events/errors.ts";
import { CacheError, type CacheErrorCode } from "../cache/errors.ts";

/** The arguments cannot be used: they are wrong, or name the wrong kind of file or server. Exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The command failed for another reason. Exit code 1. */
export class Failure extends Error {
  override readonly name = "Failure";
}

/** Ctrl-C or SIGTERM stopped the command. The exit code is that of a process that a signal ended. */
export class Interruption extends Error {
  override readonly name = "Interruption";
  readonly exitCode: number;

  constructor(exitCode: number, message = "stopped") {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The error for work that a signal stopped. @param outcome what the stop leaves, for the user */
export function interruptionOf(signal: AbortSignal, outcome: string): Interruption {
  const { exitCode } = signal.reason instanceof Interruption ? signal.reason : new Interruption(130);
  return new Interruption(exitCode, `stopped; ${outcome}`);
}

/** Codes about the named file or server itself, not about its events or rows. */
const UNUSABLE: ReadonlySet<LogErrorCode | CacheErrorCode> = new Set([
  "NOT_A_LOG",
  "UNREACHABLE",
  "FOREIGN_REPLY",
  "UNAUTHORIZED",
  "NOT_A_CACHE",
  "NO_CACHE",
  "UNAVAILABLE",
]);

/** The system's errors about files, in words. After the semicolon: what to do. */
const FILE_PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  ENOTDIR: "a part of this path is a file, not a folder",
  EISDIR: "is a folder",
  EACCES: "access is denied",
  EPERM: "access is denied",
  EROFS: "cannot be written: the disk is read-only",
  EEXIST: "already exists",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "its links lead in a circle",
  EBUSY: "another program uses it; close that program and try again",
  ETXTBSY: "another program uses it; close that program and try again",
  EMFILE: "too many files are open; close some programs and try again",
  ENFILE: "too many files are open; close some programs and try again",
  ENOSPC: "the disk is full; free some space and try again",
  EDQUOT: "your share of the disk is used up; free some space and try again",
  EFBIG: "the file became larger than this disk or your limits allow; use another folder",
  EIO: "the disk failed; check the disk, or use another one",
};

/** SQLite's errors about a file, which its own words leave open: what to do. */
const SQLITE_ADVICE: readonly (readonly [code: string, advice: string])[] = [
  ["SQLITE_FULL", "free some space and try again"],
  ["SQLITE_BUSY", "another program uses it; close that program and try again"],
  ["SQLITE_READONLY", "make the file and its folder writable, or use another folder"],
  ["SQLITE_IOERR", "check the disk and its free space, or use another one"],
  ["SQLITE_CANTOPEN", "check that the file and its folder can be read and written"],
];

const LISTEN_PROBLEMS: Readonly<Record<string, string>> = {
  EADDRINUSE: "another program already uses this address",
  EADDRNOTAVAIL: "this machine has no such address",
  EACCES: "access is denied",
};

/** Maps any error to its line and exit code. */
export function failureOf(error: unknown): { message: string; exitCode: number } {
  if (error instanceof Interruption) return { message: error.message, exitCode: error.exitCode };
  if (error instanceof UsageError) return { message: oneLine(error.message), exitCode: 2 };
  if (error instanceof Failure) return { message: oneLine(error.message), exitCode: 1 };
  if (error instanceof LogError || error instanceof CacheError)
    return { message: oneLine(error.message + adviceFor(error)), exitCode: UNUSABLE.has(error.code) ? 2 : 1 };
  const { code, path, message, syscall, address, port } = error as NodeJS.ErrnoException & Partial<AddressInfo>;
  const listenProblem = syscall === "listen" ? LISTEN_PROBLEMS[code ?? ""] : undefined;
  if (listenProblem) return { message: `${address}:${port}: ${listenProblem}`, exitCode: 2 };
  const fileProblem = FILE_PROBLEMS[code ?? ""];
  if (fileProblem && path) return { message: oneLine(`${path}: ${fileProblem}`), exitCode: isFull(code) ? 1 : 2 };
  if (fileProblem && isFull(code)) return { message: fileProblem, exitCode: 1 };
  const advice = sqliteAdvice(error);
  if (advice) return { message: `a database: ${oneLine(message ?? "")}${advice}`, exitCode: 1 };
  return { message: `unexpected error: ${oneLine(message ?? String(error))}${stackOf(error)}`, exitCode: 1 };
}

/** True if the arguments were usable, and the disk was not. */
function isFull(code: string | undefined): boolean {
  return ["ENOSPC", "EDQUOT", "EFBIG", "EIO"].includes(code ?? "");
}

function adviceFor({ code, message, cause }: LogError | CacheError): string {
  const disk = sqliteAdvice(cause);
  if (disk) return disk;
  if (code === "UNAUTHORIZED" && /^https?:/.test(message))
    return "; set INVOIFY_TOKEN, or INVOIFY_EMAIL and INVOIFY_PASSWORD";
  if (code === "STALE_CACHE" || code === "DAMAGED_CACHE") return "; rebuild it with invoify replay";
  return "";
}

function sqliteAdvice(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const [, advice] = SQLITE_ADVICE.find(([prefix]) => code.startsWith(prefix)) ?? [];
  return advice ? `; ${advice}` : "";
}

function oneLine(text: string): string {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join(" ");
}

/** The stack of an unexpected error, if INVOIFY_DEBUG is set. */
function stackOf(error: unknown): string {
  return process.env.INVOIFY_DEBUG && error instanceof Error ? `\n${error.stack}` : "";
}
