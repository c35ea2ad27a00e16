import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { clientRegistered, logOf } from "../../../fixtures/data/events.ts";
import { sizedLog } from "../../../fixtures/data/sized-events.ts";
import { temporaryFolder } from "../../../fixtures/data/temporary-folder.ts";
import { assertBodies, bodiesOf } from "../../log/log-harness.suite.ts";
import { SEGMENT } from "../../sequence.ts";
import { MAX_EVENT_BYTES } from "../../values/size-limits.ts";
import { NdjsonFile, writeNdjsonFile } from "./ndjson-file.ts";

const folder = temporaryFolder();
const newPath = () => join(folder, `${randomUUID()}.ndjson`);
const ALL = { after: 0, upTo: Number.POSITIVE_INFINITY };

/** The lines of a log with `count` events. */
async function linesOf(count: number): Promise<string[]> {
  const path = newPath();
  await writeNdjsonFile(path, logOf(count));
  return readFileSync(path, "utf8").split("\n").slice(0, -1);
}

async function readAll(text: string | Buffer): Promise<{ events: number; code: string | null; message: string }> {
  const path = newPath();
  writeFileSync(path, text);
  let events = 0;
  try {
    const log = await NdjsonFile.open(path);
    try {
      for await (const { bodies } of log.read(ALL)) events += bodies.length;
    } finally {
      await log.close();
    }
    return { events, code: null, message: "" };
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    assert.ok(message.startsWith(path), message);
    return { events, code, message: message.slice(path.length) };
  }
}

test("NdjsonFile accepts an editor's changes: other line ends, spaces, other order of names", async () => {
  const lines = await linesOf(3);
  assert.equal((await readAll(`${lines.join("\r\n")}\r\n`)).events, 3);
  const reordered = lines.map((line) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(line)).reverse())));
  assert.equal((await readAll(` ${reordered.join(" \n\t")}\n`)).events, 3);
});

test("NdjsonFile names the file and line that it cannot read", async () => {
  const lines = await linesOf(5);
  const withThird = (line: string) => `${[...lines.slice(0, 2), line, ...lines.slice(3)].join("\n")}\n`;
  const third = lines[2] ?? "";
  const cases: [name: string, line: string, code: string, message: RegExp][] = [
    ["not JSON", "{", "MALFORMED_EVENT", /^:3: not JSON/],
    ["an empty line", "", "MALFORMED_EVENT", /^:3: not JSON/],
    ["not an object", "[]", "MALFORMED_EVENT", /^:3: event: /],
    ["a cut line", third.slice(0, -3), "MALFORMED_EVENT", /^:3: not JSON/],
    ["a stray field", third.replace("{", '{"colour":"red",'), "MALFORMED_EVENT", /^:3: .*colour/],
    ["a stray field of data", third.replace('"name"', '"colour":1,"name"'), "MALFORMED_EVENT", /^:3: data.colour: /],
    ["a missing field", third.replace(/"actor":\d+,/, ""), "MALFORMED_EVENT", /^:3: actor: /],
    ["a missing field of data", third.replace(/"name":"[^"]*",/, ""), "MALFORMED_EVENT", /^:3: data.name: is missing/],
    ["a field of another type", third.replace(/"name":"[^"]*"/, '"name":7'), "MALFORMED_EVENT", /^:3: .*data.name/],
    ["a number past 2^53", third.replace(/"at":\d+/, '"at":9007199254740993'), "MALFORMED_EVENT", /^:3: at: /],
    ["half a character", third.replace("Client 3", "\\ud800"), "MALFORMED_EVENT", /^:3: data.name: not valid Unicode/],
    ["another id", third.replace(/-7/, "-4"), "MALFORMED_EVENT", /^:3: id: /],
    [
      "a name twice",
      third.replace('"seq":3', '"seq":3,"actor":1'),
      "MALFORMED_EVENT",
      /^:3: actor: the name is there twice/,
    ],
    [
      "a name of data twice",
      third.replace('"name":', '"name":"A","n\\u0061me":'),
      "MALFORMED_EVENT",
      /^:3: data.name: .*twice/,
    ],
    ["a short request", third.replace(/}$/, ',"request":"AAAA"}'), "MALFORMED_EVENT", /^:3: request: 3 bytes, .* 32$/],
    ["an empty request", third.replace(/}$/, ',"request":""}'), "MALFORMED_EVENT", /^:3: request: 0 bytes, .* 32$/],
    ["an unknown type", third.replace("ClientRegistered", "ClientSang"), "UNKNOWN_EVENT", /^:3: .*update needed/],
    ["a later schema", third.replace(/"schema":\d+/, '"schema":9'), "UNKNOWN_EVENT", /^:3: .*update needed/],
    ["another event", lines[3] ?? "", "DAMAGED", /^:3: holds event 4, not 3/],
    ["the same event", lines[1] ?? "", "DAMAGED", /^:3: holds event 2, not 3/],
  ];
  for (const [name, line, code, message] of cases) {
    const read = await readAll(withThird(line));
    assert.equal(read.code, code, `${name}: ${read.message}`);
    assert.match(read.message, message, name);
    assert.equal(read.events, 2, `${name}: the events before it are read`);
  }
});

test("NdjsonFile reads all whole lines of a file that is cut off in its last line", async () => {
  const text = `${(await linesOf(5)).join("\n")}\n`;
  const lastLineAt = text.lastIndexOf("\n", text.length - 2) + 1;
  for (const end of [lastLineAt + 1, lastLineAt + 100, text.length - 2]) {
    const { events, code, message } = await readAll(text.slice(0, end));
    assert.deepEqual({ events, code }, { events: 4, code: "MALFORMED_EVENT" });
    assert.match(message, /^:5: not JSON: .*; the file is cut off in this line$/);
  }
  const { events, code, message } = await readAll(text.slice(0, -1));
  assert.deepEqual({ events, code }, { events: 4, code: "MALFORMED_EVENT" });
  assert.match(message, /^:5: the file is cut off: its last line has no line end/, "even if that line is an event");
  assert.deepEqual(await readAll(text.slice(0, lastLineAt)), { events: 4, code: null, message: "" });
  assert.equal((await readAll(text.slice(0, 20))).events, 0);
});

test("NdjsonFile accepts a byte order mark, and blank lines at the end", async () => {
  const lines = await linesOf(SEGMENT + 2);
  assert.equal((await readAll(`\ufeff${lines.join("\r\n")}\r\n\r\n \n`)).events, SEGMENT + 2);
  const path = newPath();
  writeFileSync(path, `\ufeff${lines.join("\n")}\n`);
  const log = await NdjsonFile.open(path);
  for (const after of [SEGMENT + 1, 0, SEGMENT]) {
    const bodies = await bodiesOf(log, { after, upTo: after + 1 });
    assert.equal(bodies.length, 1, `event ${after + 1}`);
  }
  await log.close();
});

test("NdjsonFile refuses bytes that are not UTF-8", async () => {
  const bytes = Buffer.from((await linesOf(3)).join("\n"));
  bytes.writeUInt8(0xff, bytes.indexOf("Client 3"));
  assert.equal((await readAll(bytes)).code, "MALFORMED_EVENT");
});

test("NdjsonFile refuses a line longer than any event, without reading all of it", async () => {
  const [first, , third] = await linesOf(3);
  const { code, message } = await readAll(`${first}\n"${"x".repeat(20_000_000)}"\n${third}`);
  assert.equal(code, "MALFORMED_EVENT");
  assert.match(message, /^:2: a line of more than/);
});

test("NdjsonFile reads and writes events of the maximum size, also with all characters escaped", async () => {
  const path = newPath();
  const events = sizedLog([MAX_EVENT_BYTES, 100, MAX_EVENT_BYTES]);
  await writeNdjsonFile(path, events);
  const escaped = readFileSync(path, "utf8").replaceAll(/(?<=ription":")[^"]*/g, (text) =>
    [...text].map((letter) => `\\u00${letter.charCodeAt(0).toString(16).padStart(2, "0")}`).join(""),
  );
  assert.ok(escaped.length > 11 * MAX_EVENT_BYTES);
  for (const text of [readFileSync(path, "utf8"), escaped]) {
    writeFileSync(path, text);
    const log = await NdjsonFile.open(path);
    assertBodies(await bodiesOf(log, ALL), events);
    assertBodies(await bodiesOf(log, { after: 3, upTo: 4 }), events.slice(3));
    await log.close();
  }
});

test("NdjsonFile refuses a file that does not begin with event 1", async () => {
  const lines = await linesOf(3);
  assert.match((await readAll(lines.slice(1).join("\n"))).message, /^:1: holds event 2, not 1/);
});

test("NdjsonFile refuses a file whose last line is not its last event", async () => {
  const lines = await linesOf(5);
  for (const end of ["", "\n"]) {
    const read = await readAll(`${[...lines, lines[2]].join("\n")}${end}`);
    assert.equal(read.code, "DAMAGED");
    assert.match(read.message, /^:4: the file continues after event 3/);
    assert.equal(read.events, 0);
  }
});

test("NdjsonFile returns the segments before a bad line", async () => {
  const lines = await linesOf(SEGMENT + 3);
  lines[SEGMENT] = "{}";
  const { events, message } = await readAll(lines.join("\n"));
  assert.equal(events, SEGMENT);
  assert.match(message, /^:1025: /);
});

test("NdjsonFile reports a file that became shorter after it was opened", async () => {
  const path = newPath();
  const lines = await linesOf(5);
  writeFileSync(path, `${lines.join("\n")}\n`);
  const log = await NdjsonFile.open(path);
  writeFileSync(path, `${lines.slice(0, 3).join("\n")}\n`);
  await assert.rejects(bodiesOf(log, ALL), {
    code: "DAMAGED",
    message: `${path}:3: the file ends here, but its last line held event 5 when it was opened`,
  });
  await log.close();
});

test("writeNdjsonFile() and NdjsonFile keep every character that a line of text can have", async () => {
  const path = newPath();
  const names = ["'\"\\/ {}[],:", "Ünïcödé 漢字 🧾", "\u2028\u2029\ufeff", "</script>", "a\u0301"];
  const events = [
    ...logOf(2),
    ...names.map((name, n) => clientRegistered(n + 3, { client: { name, note: `${name}\n\t` } })),
  ];
  await writeNdjsonFile(path, events);
  assert.equal(readFileSync(path, "utf8").split("\n").length, events.length + 1);
  const log = await NdjsonFile.open(path);
  assertBodies(await bodiesOf(log, ALL), events);
  await log.close();
});
