/** For tests of `invoify`: runs it in a separate process, as a person or a script does. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type EncodedEvent, encodeEvent, type LogEvent } from "../../events/encoding/event.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { idOf } from "../../fixtures/data/events.ts";
import { COMPILED } from "../../fixtures/tests/compiled.ts";
import { compileProgram } from "../../fixtures/tests/compiled-program.suite.ts";
import { openCacheForReading } from "../cache/cache.ts";
import { digestOf } from "../cache/digest.ts";

const PROGRAM = await compileProgram("projector/invoify.ts");

/** Hides the credentials of the developer who runs the tests. */
const NO_CREDENTIALS = { INVOIFY_TOKEN: "", INVOIFY_EMAIL: "", INVOIFY_PASSWORD: "", INVOIFY_DEBUG: "" };

/** Lines of progress. On a slow machine any work may take long enough for some. */
const PROGRESS = /^(?:replaying|syncing|copying|counting|reading|writing): .*\n/gm;

export interface ProcessResult {
  exitCode: number | null;
  stdout: string;
  /** Without lines of progress. */
  stderr: string;
}

export interface RunOptions {
  env?: Readonly<Record<string, string>>;
  cwd?: string;
  /** The user that runs it; default: the user of the tests. */
  uid?: number;
}

export function startInvoify(args: readonly string[], { env = {}, cwd, uid }: RunOptions = {}) {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...NO_CREDENTIALS, NODE_COMPILE_CACHE: COMPILED, ...env },
    ...(cwd && { cwd }),
    ...(uid !== undefined && { uid, gid: uid }),
  });
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]).then(
    ([stdout, stderr, [exitCode]]): ProcessResult => ({
      exitCode: exitCode as number | null,
      stdout,
      stderr: stderr.replaceAll(PROGRESS, ""),
    }),
  );
  return { child, ended };
}

export async function invoify(args: readonly string[], options?: RunOptions): Promise<ProcessResult> {
  return await startInvoify(args, options).ended;
}

/** Asserts that the command succeeds. @returns its output, without the last newline */
export async function does(args: readonly string[], options?: RunOptions): Promise<string> {
  const { exitCode, stdout, stderr } = await invoify(args, options);
  assert.deepEqual({ exitCode, stderr }, { exitCode: 0, stderr: "" }, `invoify ${args.join(" ")}`);
  return stdout.trimEnd();
}

/** Runs the command with --json. @returns its parsed output */
export async function json(args: readonly string[], options?: RunOptions): Promise<Record<string, unknown>> {
  return JSON.parse(await does([...args, "--json"], options)) as Record<string, unknown>;
}

/** Asserts that the command fails with this exit code, one matching line on stderr, and nothing on stdout. */
export async function fails(
  args: readonly string[],
  exitCode: 1 | 2,
  message: RegExp,
  options?: RunOptions,
): Promise<void> {
  const ended = await invoify(args, options);
  const what = `invoify ${args.join(" ")}: ${ended.stderr}`;
  assert.match(ended.stderr, /^invoify: [^\n]+\n$/, `one line: ${what}`);
  assert.match(ended.stderr, message);
  assert.deepEqual({ exitCode: ended.exitCode, stdout: ended.stdout }, { exitCode, stdout: "" }, what);
}

/** Writes an embedded log with these events. @returns its path */
export function writeLog(folder: string, name: string, batches: Iterable<readonly EncodedEvent[]>): string {
  const path = join(folder, name);
  const log = SqliteLog.open(path, { create: true });
  for (const events of batches) log.appendNow(events);
  log.closeNow();
  return path;
}

/** An event whose id is derived from its sequence. */
export function eventAt(seq: number, atMs: number, fact: Pick<LogEvent, "type" | "data">, rest: object = {}) {
  const event = { seq, id: idOf(seq), stream: seq, version: 1, at: atMs, actor: 2, ...rest, ...fact };
  return encodeEvent(event as LogEvent);
}

export function digestIn(path: string): string {
  const db = openCacheForReading(path);
  try {
    return digestOf(db).digest;
  } finally {
    db.close();
  }
}
