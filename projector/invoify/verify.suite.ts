/**
 * A log of 40 events, a signed checkpoint of its first 30, and copies with faults, for the tests of `invoify verify`.
 */
import assert from "node:assert/strict";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { eventHash } from "../../events/hash.ts";
import { tilesOf } from "../../events/proofs/growing-tree.ts";
import { keysOf, signersOf } from "../../events/proofs/keys.suite.ts";
import { signTreeHead } from "../../events/proofs/signed-checkpoint.ts";
import { originOf } from "../../events/proofs/tree-head.ts";
import { formatVerifierKey, verifierKey } from "../../events/proofs/verifier-key.ts";
import { uuidText } from "../../events/uuid.ts";
import { idOf, logOf } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { writeLog } from "./invoify.suite.ts";

export const folder = temporaryFolder();
export const events = logOf(40);
export const bodies = events.map(({ body }) => body);
export const log = writeLog(folder, "log.sqlite", [events]);
export const LOG_ID = uuidText(idOf(1));
export const ORIGIN = originOf({ log: LOG_ID, generation: 1 });
export const server = keysOf("server");
export const VKEY = formatVerifierKey(verifierKey(ORIGIN, server.public[0] as never));
export const { tiles, root } = await tilesOf(bodies.map((body) => eventHash(body)));

/** Writes a signed checkpoint of the first `size` events. @returns its path */
export async function saved(name: string, size: number, keys = server, origin = ORIGIN): Promise<string> {
  const tree = await tilesOf(bodies.slice(0, size).map((body) => eventHash(body)));
  const path = join(folder, name);
  writeFileSync(path, signTreeHead({ origin, size, root: tree.root }, signersOf(keys, origin)));
  return path;
}

/** A copy of the log whose table of events was changed with SQL. */
export function changed(name: string, ...statements: [sql: string, ...values: unknown[]][]): string {
  const path = join(folder, name);
  copyFileSync(log, path);
  const db = new Database(path);
  for (const [sql, ...values] of statements) db.prepare(sql).run(...values);
  db.close();
  return path;
}

/** Event 25 with one letter of its text changed: it is still an event that Invoify could have written. */
export function altered(seq: number): Buffer {
  const body = Buffer.from(bodies[seq - 1] as Buffer);
  const at = body.lastIndexOf("Client");
  assert.ok(at > 0);
  body.write("K", at);
  return body;
}

export const kept = await saved("kept.checkpoint", 30);
