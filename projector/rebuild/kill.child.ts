/**
 * The process that `kill.test.ts` kills: `kill.child.ts follow|sync|rebuild FOLDER`. It works slowly and writes a
 * letter to standard output at each step, so the test knows at which step it killed the process.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import Database from "better-sqlite3";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { MemoryLog } from "../../fixtures/data/memory-log.ts";
import { sync } from "../sync/sync.ts";
import { FILES, MARKS } from "./kill.steps.ts";
import { openOrRebuild } from "./open-cache.ts";
import { rebuildCache } from "./rebuild.ts";

const [mode, folder = ""] = process.argv.slice(2);
const path = (name: keyof typeof FILES) => join(folder, FILES[name]);

/** Pauses in which the test can kill the process, ms: two in each transaction, and two around each file operation. */
const PAUSE_MS = 2;
const FILE_PAUSE_MS = 5;

function mark(step: keyof typeof MARKS): void {
  fs.writeSync(1, MARKS[step]);
}

function pause(ms = PAUSE_MS): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/**
 * Marks the beginning and end of each transaction, and slows it down. With a tiny page cache, SQLite writes pages long
 * before the commit, so a killed process leaves half a transaction on the disk.
 */
function watchTransactions(): void {
  const began = (db: Database.Database) => {
    db.pragma("cache_size = 5");
    mark("began");
    pause();
  };
  const { exec, transaction } = Database.prototype;
  Database.prototype.exec = function (this: Database.Database, sql: string) {
    if (sql === "COMMIT") pause();
    const result = exec.call(this, sql);
    if (sql === "BEGIN IMMEDIATE") began(this);
    if (sql === "COMMIT") mark("committed");
    return result;
  };
  Database.prototype.transaction = function (this: Database.Database, work: (...args: unknown[]) => unknown) {
    const inside = transaction.call(this, (...args: unknown[]) => {
      began(this);
      const result = work(...args);
      pause();
      return result;
    });
    const whole = (run: (...args: unknown[]) => unknown) => {
      return (...args: unknown[]) => {
        const result = run(...args);
        mark("committed");
        return result;
      };
    };
    return Object.assign(whole(inside), { immediate: whole(inside.immediate) });
  } as never;
}

/** Slows down the file operations of a swap. */
function watchFiles(): void {
  for (const name of ["rmSync", "renameSync", "fsyncSync"] as const) {
    const original = fs[name] as (...args: unknown[]) => void;
    const slow = (...args: unknown[]) => {
      pause(FILE_PAUSE_MS);
      original(...args);
      pause(FILE_PAUSE_MS);
    };
    Object.assign(fs, { [name]: slow });
  }
  syncBuiltinESMExports();
}

async function follow(log: MemoryLog): Promise<void> {
  watchTransactions();
  const { cache } = await openOrRebuild(path("cache"), log);
  cache.close();
}

async function syncMirror(log: MemoryLog): Promise<void> {
  watchTransactions();
  const mirror = SqliteLog.open(path("mirror"), { kind: "mirror" });
  const { cache } = await openOrRebuild(path("cache"), mirror);
  await sync(log, mirror, cache);
  cache.close();
  mirror.closeNow();
}

async function rebuild(log: MemoryLog): Promise<void> {
  watchFiles();
  mark("began");
  await rebuildCache(path("cache"), log, { maxBufferedRows: 100, beforeSwap: () => mark("swapping") });
  mark("committed");
}

const WORK = { follow, sync: syncMirror, rebuild };

const source = SqliteLog.open(path("log"), { readonly: true });
const log = new MemoryLog(source.readNow(0, await source.head()), {
  batch: mode === "rebuild" ? 20 : 3,
  delayMs: mode === "rebuild" ? PAUSE_MS : 0,
});
source.closeNow();
mark("ready");
await WORK[mode as keyof typeof WORK](log);
mark("done");
