/** For tests of the command: runs it as a person or a script does, in a process of its own. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { type EncodedEvent, encodeEvent, type LogEvent } from "../../events/encoding/event.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { idOf } from "../../fixtures/data/events.ts";
import { COMPILED } from "../../fixtures/tests/compiled.ts";
import { openCacheForReading } from "../cache/cache.ts";
import { digestOf } from "../cache/digest.ts";

const ENTRY = fileURLToPath(new URL("../invoify.ts", import.meta.url));

/** Whoever runs the tests may be logged in somewhere. */
const NOBODY = { INVOIFY_TOKEN: "", INVOIFY_EMAIL: "", INVOIFY_PASSWORD: "", INVOIFY_DEBUG: "" };

/** What is said about long work: on a slow machine everything may be long. */
const PROGRESS = /^(?:replaying|syncing|copying|counting|reading): .*\n/gm;

export interface Ended {
  exitCode: number | null;
  stdout: string;
  /** Without progress. */
  stderr: string;
}

export interface RunOptions {
  env?: Readonly<Record<string, string>>;
  cwd?: string;
}

export function startInvoify(args: readonly string[], { env = {}, cwd }: RunOptions = {}) {
  const child = spawn(process.execPath, [ENTRY, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...NOBODY, NODE_COMPILE_CACHE: COMPILED, ...env },
    ...(cwd && { cwd }),
  });
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]).then(
    ([stdout, stderr, [exitCode]]): Ended => ({
      exitCode: exitCode as number | null,
      stdout,
      stderr: stderr.replaceAll(PROGRESS, ""),
    }),
  );
  return { child, ended };
}

export async function invoify(args: readonly string[], options?: RunOptions): Promise<Ended> {
  return await startInvoify(args, options).ended;
}

/** The command is done: exit code 0. @returns what it said, without the last line's end */
export async function does(args: readonly string[], options?: RunOptions): Promise<string> {
  const { exitCode, stdout, stderr } = await invoify(args, options);
  assert.deepEqual({ exitCode, stderr }, { exitCode: 0, stderr: "" }, `invoify ${args.join(" ")}`);
  return stdout.trimEnd();
}

/** What the command says as JSON. */
export async function json(args: readonly string[], options?: RunOptions): Promise<Record<string, unknown>> {
  return JSON.parse(await does([...args, "--json"], options)) as Record<string, unknown>;
}

/** The command fails: with this code, this one line on stderr, and nothing on stdout. */
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

/** An embedded log with these events, in a file of that name. */
export function writeLog(folder: string, name: string, batches: Iterable<readonly EncodedEvent[]>): string {
  const path = join(folder, name);
  const log = SqliteLog.open(path, { create: true });
  for (const events of batches) log.appendNow(events);
  log.closeNow();
  return path;
}

/** An event whose id comes from its sequence. */
export function eventAt(seq: number, atMs: number, fact: Pick<LogEvent, "type" | "data">, place: object = {}) {
  const event = { seq, id: idOf(seq), stream: seq, version: 1, at: atMs, actor: 2, ...place, ...fact };
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
