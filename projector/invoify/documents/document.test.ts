/** `invoify document`, on a log and on a cache. */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../../../fixtures/data/temporary-folder.ts";
import { does, invoify } from "../invoify.suite.ts";

const LOG = fileURLToPath(new URL("../../../fixtures/logs/every-event.ndjson", import.meta.url));
const folder = temporaryFolder();
const cache = join(folder, "cache.sqlite");
await does(["replay", "--from", LOG, "--to", cache]);

const write = (place: string, args: string[], to: string) =>
  invoify(["document", place, ...args, "--to", join(folder, to)]);
const filesIn = (name: string) => readdirSync(join(folder, name)).sort();

test("document writes one that is named, from a log or a cache", async () => {
  for (const [n, place] of [LOG, cache].entries()) {
    const { exitCode, stdout } = await write(place, ["INV-00001", "--format", "factur-x"], `one-${n}`);
    assert.deepEqual([exitCode, stdout], [0, `${join(folder, `one-${n}`)}: 1 document written\n`]);
    assert.deepEqual(filesIn(`one-${n}`), ["INV-00001 Lighthouse Supply & Services Ltd.pdf"]);
  }
  const [one, other] = [0, 1].map((n) => readFileSync(join(folder, `one-${n}`, filesIn(`one-${n}`)[0] ?? "")));
  assert.ok(one && other?.equals(one) && one.includes("<fx:ConformanceLevel>EN 16931<"));
  assert.equal(statSync(join(folder, "one-0", filesIn("one-0")[0] ?? "")).mode & 0o777, 0o600);
});

test("document writes all, or those of a period, each under its own name; twice is the same", async () => {
  const all = await write(cache, ["--all", "--format", "pdf"], "all");
  assert.equal(all.exitCode, 0, all.stderr);
  const names = filesIn("all");
  assert.ok(names.length >= 12 && names.every((name) => name.endsWith(" Lighthouse Supply & Services Ltd.pdf")));
  const again = await write(cache, ["--all", "--format", "pdf"], "all");
  assert.equal(again.stdout, `${join(folder, "all")}: 0 documents written, ${names.length} there already\n`);
  const march = await write(
    cache,
    ["--issued-from", "2024-03-01", "--issued-until", "2024-03-31", "--format", "pdf"],
    "march",
  );
  assert.equal(march.exitCode, 0, march.stderr);
  assert.ok(filesIn("march").length > 0 && filesIn("march").length < names.length);
});

test("document writes a draft as PDF only, and goes on after one that it cannot write", async () => {
  const { exitCode, stdout, stderr } = await write(cache, ["48", "INV-00001", "--format", "ubl"], "drafts");
  assert.equal(exitCode, 1);
  assert.match(stdout, /: 1 document written$/m);
  assert.match(stderr, /^draft 48: a draft leaves as a PDF only: issue it first$/m);
  assert.match(stderr, /1 document of 2 could not be written/);
  await does(["document", cache, "48", "--format", "pdf", "--to", join(folder, "drafts")]);
  assert.ok(filesIn("drafts").includes("draft 48 Lighthouse Supply & Services Ltd.pdf"));
});

test("document names what each document lacks for a format, and writes the others", async () => {
  const { exitCode, stdout, stderr } = await write(cache, ["--all", "--format", "cii"], "some");
  assert.equal(exitCode, 1);
  assert.match(stderr, /^INV-00003: The country of delivery is missing\. /m);
  assert.match(stdout, new RegExp(`: ${filesIn("some").length} documents written$`, "m"));
});

test("a document that is named twice is written once, and a void one as PDF only", async () => {
  const { stdout } = await write(cache, ["INV-00001", "INV-00001", "--format", "ubl"], "twice");
  assert.equal(stdout, `${join(folder, "twice")}: 1 document written\n`);
  const { exitCode, stderr } = await write(cache, ["INV-00008", "--format", "ubl"], "void");
  assert.equal(exitCode, 1);
  assert.match(stderr, /^INV-00008: a void document leaves as a PDF only, /m);
  await does(["document", cache, "INV-00008", "--format", "pdf", "--to", join(folder, "void")]);
});

test("document does not change a file with other content, and leaves no part of one", async () => {
  mkdirSync(join(folder, "there"));
  const path = join(folder, "there", "INV-00001 Lighthouse Supply & Services Ltd.xml");
  writeFileSync(path, "mine");
  const { exitCode, stderr } = await write(cache, ["INV-00001", "INV-00002", "--format", "ubl"], "there");
  assert.equal(exitCode, 1);
  assert.match(stderr, /^INV-00001: .* has other content; it was not changed$/m);
  assert.equal(readFileSync(path, "utf8"), "mine");
  assert.deepEqual(
    filesIn("there"),
    ["INV-00001", "INV-00002"].map((number) => `${number} Lighthouse Supply & Services Ltd.xml`),
  );
});

test("document writes books of the past: what was not issued yet is a draft", async () => {
  const { exitCode, stdout } = await write(cache, ["--all", "--format", "pdf", "--at", "2024-02-01"], "then");
  assert.equal(exitCode, 0);
  const then = filesIn("then").length;
  assert.ok(then > 0 && then < filesIn("all").length, stdout);
});

test("document says what it cannot use, with exit code 2", async () => {
  const cases: [string[], RegExp][] = [
    [["--format", "ubl"], /name documents by number, or with --issued-from/],
    [["INV-00001", "--all", "--format", "ubl"], /name documents by number/],
    [["NO-1", "--format", "ubl"], /NO-1: no document has this number/],
    [["32", "--format", "ubl"], /32: no document has this number/], // it is the stream of INV-00001
    [["INV-00001", "--format", "docx"], /--format docx: not a format; it is one of pdf, factur-x/],
    [["--issued-from", "May", "--format", "ubl"], /--issued-from May: not a day/],
    [["--issued-until", "2024-02-30", "--format", "ubl"], /--issued-until 2024-02-30: not a day/],
  ];
  for (const [args, message] of cases) {
    const { exitCode, stderr } = await write(cache, args, "none");
    assert.equal(exitCode, 2, stderr);
    assert.match(stderr, message);
  }
  assert.throws(() => filesIn("none"), /ENOENT/);
});

test("check lists what documents lack for a format, and fails if there is anything", async () => {
  const none = await does(["check", cache, "INV-00001", "--format", "cii"]);
  assert.equal(none, "cii: 1 document checked, nothing is missing");
  const { exitCode, stdout, stderr } = await invoify(["check", cache, "INV-00001", "48", "--format", "peppol-bis-3"]);
  assert.deepEqual([exitCode, stderr], [1, ""]);
  assert.match(stdout, /^INV-00001 +PEPPOL-EN16931-R020 +\w+ +\S/m);
  assert.match(stdout, /^draft 48 +PEPPOL-EN16931-R010 /m);
  assert.match(stdout, /^peppol-bis-3: 2 documents checked, \d+ findings$/m);
  const asJson = await invoify(["check", cache, "INV-00001", "--format", "peppol-bis-3", "--json"]);
  const { documents } = JSON.parse(asJson.stdout);
  assert.deepEqual(Object.keys(documents[0].findings[0]).sort(), ["path", "rule", "term", "text", "where"]);
});
