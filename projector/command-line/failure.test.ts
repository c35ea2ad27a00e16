import assert from "node:assert/strict";
import { test } from "node:test";
import Database from "better-sqlite3";
import { LogError } from "../../events/errors.ts";
import { asCacheError } from "../cache/cache-check.ts";
import { failureOf } from "./failure.ts";

const PATH = "/data/log.events";
const systemError = (code: string, rest: object = {}) => Object.assign(new Error(`${code}: words`), { code, ...rest });

test("failureOf() names the file and says what to do, for each error of a disk", () => {
  for (const [code, words, exitCode] of [
    ["ENOSPC", "the disk is full; free some space and try again", 1],
    ["EDQUOT", "your share of the disk is used up; free some space and try again", 1],
    ["EIO", "the disk failed; check the disk, or use another one", 1],
    ["EBUSY", "another program uses it; close that program and try again", 2],
    ["EROFS", "cannot be written: the disk is read-only", 2],
    ["EACCES", "access is denied", 2],
  ] as const)
    assert.deepEqual(failureOf(systemError(code, { path: PATH })), { message: `${PATH}: ${words}`, exitCode });
  assert.deepEqual(failureOf(systemError("ENOSPC")).message, "the disk is full; free some space and try again");
});

test("failureOf() says what to do about SQLite's errors", () => {
  for (const [code, advice] of [
    ["SQLITE_FULL", "free some space and try again"],
    ["SQLITE_BUSY_SNAPSHOT", "another program uses it; close that program and try again"],
    ["SQLITE_READONLY_DIRECTORY", "make the file and its folder writable, or use another folder"],
    ["SQLITE_IOERR_WRITE", "check the disk and its free space, or use another one"],
  ] as const) {
    const cause = new Database.SqliteError("words", code);
    for (const error of [new LogError("UNREACHABLE", `${PATH}: words`, { cause }), asCacheError(cause, PATH)])
      assert.equal(failureOf(error).message, `${PATH}: words; ${advice}`);
    assert.equal(failureOf(cause).message, `a database: words; ${advice}`);
  }
});

test("failureOf() reports a port that cannot be used in one sentence", () => {
  const listen = { syscall: "listen", address: "127.0.0.1", port: 8080 };
  assert.deepEqual(failureOf(systemError("EADDRINUSE", listen)), {
    message: "127.0.0.1:8080: another program already uses this address",
    exitCode: 2,
  });
});
