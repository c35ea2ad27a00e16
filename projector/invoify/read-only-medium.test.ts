/** Logs and caches where nothing can be written: every command that only reads them does so, and leaves nothing out. */
import assert from "node:assert/strict";
import { chmodSync, copyFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { logOf } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { Cache } from "../cache/cache.ts";
import { digestIn, does, fails, invoify, type RunOptions, writeLog } from "./invoify.suite.ts";

/** Root writes everywhere, so as root the commands run as the user nobody. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534 } : {};
const skip = process.platform === "win32" && "a read-only folder can be written on Windows";

const folder = temporaryFolder();
if (!skip) chmodSync(folder, 0o755);

const TEMPORARY = join(folder, "temporary");
const WRITABLE = join(folder, "writable");
for (const path of [TEMPORARY, WRITABLE]) {
  mkdirSync(path);
  if (!skip) chmodSync(path, 0o777);
}
const AS_NOBODY: RunOptions = { ...NOBODY, env: { TMPDIR: TEMPORARY, NODE_COMPILE_CACHE: "" } };

const FIRST = logOf(40).slice(0, 25);
const REST = logOf(40).slice(25);

let mediums = 0;

/** What SQLite left beside the files. */
type Leftover = "nothing" | "an empty -wal" | "a -wal with the last events" | "a -wal and a -shm";

/** A log and a cache of 40 events, of which the last 15 can be in the write-ahead log, in a read-only folder. */
function makeMedium(leftover: Leftover): { medium: string; log: string; cache: string; digest: string } {
  const work = temporaryFolder();
  const inWal = leftover.startsWith("a -wal");
  const bodies = (events: typeof FIRST) => events.map(({ body }) => body);
  const logPath = writeLog(work, "log.sqlite", inWal ? [FIRST] : [FIRST, REST]);
  const log = SqliteLog.open(logPath);
  const cache = Cache.create(join(work, "invoify.sqlite"));
  cache.apply(0, bodies(FIRST));
  if (inWal) {
    cache.db.pragma("wal_checkpoint(TRUNCATE)");
    log.appendNow(REST);
  }
  cache.apply(25, bodies(REST));
  if (!inWal) cache.db.pragma("wal_checkpoint(TRUNCATE)");
  const medium = join(folder, `medium-${++mediums}`);
  mkdirSync(medium);
  for (const name of ["log.sqlite", "invoify.sqlite"])
    for (const part of ["", "-wal", "-shm"]) {
      const to = join(medium, name + part);
      if (part === "" || (inWal && (part === "-wal" || leftover.endsWith("-shm"))))
        copyFileSync(join(work, name + part), to);
      else if (part === "-wal" && leftover === "an empty -wal") writeFileSync(to, "");
      else continue;
      chmodSync(to, 0o444);
    }
  const digest = digestIn(cache.path);
  log.closeNow();
  cache.close();
  chmodSync(medium, 0o555);
  return { medium, log: join(medium, "log.sqlite"), cache: join(medium, "invoify.sqlite"), digest };
}

const LEFTOVERS: readonly Leftover[] = ["nothing", "an empty -wal", "a -wal with the last events", "a -wal and a -shm"];

for (const [n, leftover] of LEFTOVERS.entries())
  test(`every command reads a log and a cache on a read-only medium with ${leftover} beside them`, {
    skip,
  }, async () => {
    const { medium, log, cache, digest } = makeMedium(leftover);
    const before = readdirSync(medium);
    const run = (...args: string[]) => does(args, AS_NOBODY);
    const target = (name: string) => join(WRITABLE, `${n}-${name}`);

    assert.match(await run("info", log), /head +40\n/);
    assert.match(await run("info", log, "--brief"), /head +40\n/);
    assert.match(await run("info", cache), /checkpoint +40\n/);
    assert.match(await run("info", medium), /checkpoint +40\n/);
    assert.match(await run("show", "40", "--from", log), /^event +40\n/);
    assert.equal(await run("digest", cache), digest);
    const ofLog = await run("history", "1", "--from", log);
    assert.equal(await run("history", "1", "--cache", cache, "--from", log), ofLog);
    await run("history", "1", "--cache", cache);
    await run("replay", "--from", log, "--to", target("replayed.sqlite"));
    assert.equal(await run("digest", target("replayed.sqlite")), digest);
    await run("sync", "--from", log, "--to", target("synced.sqlite"));
    assert.equal(await run("digest", target("synced.sqlite")), digest);
    for (const ending of ["sqlite", "events", "ndjson"])
      assert.match(await run("copy", log, target(`copy.${ending}`)), /40 new events/);

    assert.deepEqual(readdirSync(medium), before, "nothing appeared beside the files");
    assert.deepEqual(
      readdirSync(TEMPORARY).filter((name) => name.startsWith("invoify-")),
      [],
    );
  });

test("a command that writes says that a read-only medium cannot be written", { skip }, async () => {
  const { medium, log, cache, digest } = makeMedium("nothing");
  for (const args of [
    ["sync", "--from", log, "--to", cache],
    ["replay", "--from", log, "--to", cache],
    ["copy", log, join(medium, "copy.sqlite")],
  ]) {
    const { exitCode, stdout, stderr } = await invoify(args, AS_NOBODY);
    assert.deepEqual([exitCode, stdout], [2, ""], stderr);
    assert.match(stderr, /(?:invoify|copy)\.sqlite\S*: (?:access is denied|.*writ)[^\n]*\n$/);
  }
  assert.equal(digestIn(cache), digest);
});

test("if a write-ahead log cannot be read, its events are not left out", { skip }, async () => {
  const { log, cache, medium } = makeMedium("a -wal with the last events");
  chmodSync(`${log}-wal`, 0);
  chmodSync(`${cache}-wal`, 0);
  chmodSync(medium, 0o555);
  await fails(["info", log], 2, /log\.sqlite: .*EACCES .*log\.sqlite-wal/, AS_NOBODY);
  await fails(["digest", cache], 2, /invoify\.sqlite: .*EACCES .*invoify\.sqlite-wal/, AS_NOBODY);
});

test("if there is no place for a copy, the error names the folder and the way out", { skip }, async () => {
  const { medium, log } = makeMedium("nothing");
  const nowhere = { ...AS_NOBODY, env: { ...AS_NOBODY.env, TMPDIR: medium } };
  await fails(["info", log], 2, /log\.sqlite: nothing can be written beside it, .*EACCES .*medium-/, nowhere);
});
