import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { SqliteLog } from "../events/sources/sqlite/sqlite-log.ts";
import { logOf } from "../fixtures/data/events.ts";
import { temporaryFolder } from "../fixtures/data/temporary-folder.ts";
import { PROJECTOR_VERSION } from "./cache/cache-schema.ts";
import { does, fails, invoify, writeLog } from "./invoify/invoify.suite.ts";
import { rebuildCache } from "./rebuild/rebuild.ts";

const folder = temporaryFolder();
const log = writeLog(folder, "log.sqlite", [logOf(5)]);
const cache = join(folder, "cache.sqlite");
await rebuildCache(cache, SqliteLog.open(log, { readonly: true }));
const foreign = join(folder, "foreign.sqlite");
writeFileSync(foreign, "another program's file\n");
const lines = join(folder, "lines.ndjson");
writeFileSync(lines, '{"level":30,"msg":"other programs write lines of JSON too"}\n');
const subfolder = join(folder, "subfolder");
mkdirSync(subfolder);

const NAMES = ["replay", "sync", "follow", "digest", "history", "show", "info", "verify", "compare", "tiles", "copy"];

test("invoify --help lists every command, and each explains itself", async () => {
  const help = await does(["--help"]);
  assert.equal(await does(["help"]), help);
  for (const name of NAMES) assert.match(help, new RegExp(`^  ${name} +\\w`, "m"));
  const [first = ""] = help.split("\n");
  assert.match(first, /invoify COMMAND --help/);
  await Promise.all(
    NAMES.map(async (name) => {
      const text = await does([name, "--help"]);
      assert.ok(text.startsWith(`invoify ${name} `), text);
      assert.match(text, /^ {2}--help +show this help$/m);
      assert.ok(
        text.split("\n").every((line) => line.length <= 100),
        `${name}: a line is too long for a terminal`,
      );
    }),
  );
  assert.equal(await does(["help", "show"]), await does(["show", "--help"]));
});

test("invoify --version prints the versions of release, projector and Node", async () => {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  assert.match(await does(["--version"]), new RegExp(`^invoify ${version}, projector ${PROJECTOR_VERSION}, Node v`));
});

const WRONG: readonly [args: string[], message: RegExp][] = [
  [[], /no command; see invoify --help/],
  [["frobnicate"], /there is no command frobnicate/],
  [["--frobnicate"], /there is no option --frobnicate/],
  [["help", "frobnicate"], /there is no command frobnicate/],
  [["replay", "--frobnicate"], /there is no option --frobnicate; see invoify replay --help/],
  [["replay", "-x"], /there is no option -x/],
  [["replay", "--from", log], /replay needs --to FILE/],
  [["replay", "--to", cache], /replay needs --from LOG/],
  [["replay", "--from", log, "--to"], /--to needs a value: --to FILE/],
  [["replay", "--from", log, "--to", "--json"], /--to needs a value/],
  [["replay", "--from", log, "--to="], /--to needs a value/],
  [["replay", "--from", log, "--to", "a.sqlite", "--to", "b.sqlite"], /--to is given twice/],
  [["replay", "--from", log, "--to", cache, "--json=yes"], /--json takes no value, but has "yes"/],
  [["replay", "--from", log, "--to", cache, "more"], /replay: unexpected argument "more"/],
  [["show", "--from", log], /show needs SEQ/],
  [["copy", log], /copy needs TO/],
  [["digest"], /digest needs FILE/],
  [["history", "INV-1"], /history needs --cache FILE or --from LOG/],
];

test("invoify reports wrong arguments in one line", async () => {
  await Promise.all(WRONG.map(([args, message]) => fails(args, 2, message)));
});

const missing = join(folder, "missing.sqlite");
const UNUSABLE: readonly [args: string[], message: RegExp][] = [
  [["info", missing], /missing\.sqlite: there is no such file/],
  [["info", subfolder], /subfolder: is a folder, not a log/],
  [["info", foreign], /foreign\.sqlite: not a \.sqlite file/],
  [["info", lines], /lines\.ndjson: not a log: line 1: /],
  [["info", "readme.txt"], /readme\.txt: there is no such file/],
  [["info", fileURLToPath(import.meta.url)], /invoify\.test\.ts: is neither a log nor a cache; their names end in/],
  [["info", "ftp://example.com/log"], /ftp:\/\/example\.com\/log: a log's address is one of/],
  [["info", "http://example.com"], /use https: over http/],
  [["info", "http://user:secret@127.0.0.1"], /not the address of an API/],
  [["info", "mongodb://127.0.0.1"], /names no database/],
  [["info", "http://127.0.0.1:9/"], /127\.0\.0\.1:9: no answer/],
  [["info", "mongodb://127.0.0.1:9/invoify?serverSelectionTimeoutMS=300"], /127\.0\.0\.1:9\/invoify: /],
  [["digest", missing], /missing\.sqlite: there is no such file/],
  [["digest", log], /log\.sqlite: not a cache of Invoify/],
  [["digest", foreign], /foreign\.sqlite: not a cache of Invoify/],
  [["show", "1", "--from", cache], /cache\.sqlite: is a cache, not a log/],
  [["show", "1", "--from", subfolder], /subfolder: is a folder, not a log/],
  [["history", "1", "--cache", log], /log\.sqlite: not a cache of Invoify/],
  [["sync", "--from", missing, "--to", subfolder], /missing\.sqlite: there is no such file/],
  [["sync", "--from", log, "--to", "/proc/none"], /\/proc(?:\/none: \/proc cannot contain a new folder|: there is no)/],
  [["replay", "--from", log, "--to", "/proc/none/c.sqlite"], /\/proc/],
  [["copy", log, "/proc/none/c.events"], /\/proc/],
  [["copy", log, join(folder, "no", "such", "log.sqlite")], /\/no: there is no such folder; create it first$/m],
  [["sync", "--from", log, "--to", foreign], /foreign\.sqlite: not a cache of Invoify; it was not changed/],
  [["follow", "--from", log, "--to", log], /log\.sqlite: not a cache of Invoify; it was not changed/],
];

test("invoify reports unusable files and addresses in one line", async () => {
  const before = readdirSync(folder).sort();
  await Promise.all(UNUSABLE.map(([args, message]) => fails(args, 2, message)));
  assert.deepEqual(readdirSync(folder).sort(), before, "nothing was created");
  assert.equal(readFileSync(foreign, "utf8"), "another program's file\n");
});

test("invoify shows no secret from an unusable address", async () => {
  for (const address of [
    "http://user:hunter2@127.0.0.1:9",
    "mongodb://user:hunter2@127.0.0.1",
    "ftp://u:hunter2@x/y",
  ]) {
    const { exitCode, stdout, stderr } = await invoify(["info", address]);
    assert.equal(exitCode, 2);
    assert.doesNotMatch(stdout + stderr, /hunter2/);
  }
});

test("invoify says if its output cannot be written", { skip: !existsSync("/dev/full") }, () => {
  const full = openSync("/dev/full", "w");
  const program = fileURLToPath(new URL("./invoify.ts", import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [program, "info", log], { stdio: ["ignore", full, "pipe"] });
  closeSync(full);
  const message = "invoify: standard output: the disk is full; free some space and try again\n";
  assert.deepEqual({ status, stderr: String(stderr) }, { status: 1, stderr: message });
});

test("invoify ends quietly when its reader closes early", async () => {
  const child = spawn(process.execPath, [fileURLToPath(new URL("./invoify.ts", import.meta.url)), "--help"]);
  child.stdout.destroy();
  const [stderr, [exitCode]] = await Promise.all([text(child.stderr), once(child, "close")]);
  assert.deepEqual({ stderr, exitCode }, { stderr: "", exitCode: 0 });
});
