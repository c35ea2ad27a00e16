/** `GET /api/events` of a log with large events: where answers end, and what each kind of client gets. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { eventHash } from "../../events/hash.ts";
import { BLOCK_BYTES } from "../../events/log/blocks.ts";
import { SEGMENT } from "../../events/sequence.ts";
import { splitEvents } from "../../events/sources/http/http-log.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { uuidText } from "../../events/uuid.ts";
import { MAX_EVENT_BYTES } from "../../events/values/size-limits.ts";
import { idOf } from "../../fixtures/data/events.ts";
import { sizedLog } from "../../fixtures/data/sized-events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { serveLog } from "../served-log.suite.ts";

const folder = temporaryFolder();
/** Two segments: one that has several blocks, and one that is a block. Then a segment that still grows, with a block. */
const SIZES = [
  ...Array<number>(9).fill(MAX_EVENT_BYTES),
  ...Array.from({ length: SEGMENT - 10 }, (_, n) => (n % 200 === 0 ? MAX_EVENT_BYTES - n : 200)),
  ...Array<number>(SEGMENT).fill(100),
  ...Array<number>(6).fill(900_000),
];
const events = sizedLog(SIZES);
const HEAD = events.length;
const log = SqliteLog.open(`${folder}/log.sqlite`, { create: true });
log.appendNow(events);
const served = () => serveLog(log, uuidText(idOf(1)));
const base = await served();

/** Where the blocks end, computed as the guide describes it. */
const ends: number[] = [];
for (let bytes = 0, seq = 1; seq <= HEAD; seq++) {
  bytes += events[seq - 1]?.body.length ?? 0;
  if (bytes < BLOCK_BYTES && seq % SEGMENT !== 0) continue;
  ends.push(seq);
  bytes = 0;
}
const isStart = (after: number) => after === 0 || ends.includes(after);
const bytesOf = (after: number, upTo: number) => Buffer.concat(events.slice(after, upTo).map(({ body }) => body));

interface Answer {
  status: number;
  body: Buffer;
  head: string | null;
  blockEnd: string | null;
  etag: string | null;
  headers: Headers;
}

async function get(query: string, headers: Record<string, string> = {}, server = base): Promise<Answer> {
  const response = await fetch(`${server}/api/events?${query}`, {
    headers: { "invoify-reads": "blocks", accept: "application/vnd.msgpack", ...headers },
  });
  const named = (name: string) => response.headers.get(name);
  return {
    status: response.status,
    body: Buffer.from(await response.arrayBuffer()),
    ...{ head: named("invoify-head"), blockEnd: named("invoify-block-end"), etag: named("etag") },
    headers: response.headers,
  };
}

function assertAnswer(answer: Answer, after: number, limit: number): void {
  const where = `after ${after}, limit ${limit}`;
  const blockEnd = ends.find((end) => end > after);
  const end = Math.min(blockEnd ?? HEAD, after + limit);
  assert.equal(answer.status, 200, where);
  assert.ok(answer.body.equals(bytesOf(after, end)), `${where}: not the events up to ${end}`);
  const isBlock = isStart(after) && end === blockEnd;
  assert.equal(answer.blockEnd, isBlock ? String(end) : null, where);
  assert.equal(answer.head, isBlock ? null : String(HEAD), where);
  assert.equal(answer.etag !== null, isBlock, where);
  assert.match(answer.headers.get("cache-control") ?? "", isBlock ? /immutable/ : /no-store/, where);
  const at = events[after - 1];
  assert.equal(answer.headers.get("invoify-hash"), at ? eventHash(at.body).toString("hex") : null, where);
}

test("the log of this test has segments of several blocks and of one", () => {
  assert.ok(ends.filter((end) => end <= SEGMENT).length >= 4);
  assert.equal(ends.filter((end) => end > SEGMENT && end <= 2 * SEGMENT).length, 1);
  assert.equal(ends.filter((end) => end > 2 * SEGMENT).length, 1);
});

test("GET /api/events ends at the first block end, and names it where a whole block is sent", async () => {
  const afters = [0, 1, 2, 4, 5, ...ends.flatMap((end) => [end - 1, end, end + 1]), HEAD - 1, HEAD];
  const limits = [SEGMENT, 4, 1];
  for (const after of new Set(afters.filter((after) => after <= HEAD)))
    for (const limit of limits) assertAnswer(await get(`after=${after}&limit=${limit}`), after, limit);
});

test("GET /api/events ends at the same place, whatever was asked before, also at the same time", async () => {
  const query = fc.record({ after: fc.nat(HEAD), limit: fc.constantFrom(SEGMENT, SEGMENT, 100, 3) });
  await fc.assert(
    fc.asyncProperty(fc.array(query, { minLength: 1, maxLength: 5 }), async (queries) => {
      const fresh = await served();
      const answers = await Promise.all(
        queries.map(({ after, limit }) => get(`after=${after}&limit=${limit}`, {}, fresh)),
      );
      for (const [n, answer] of answers.entries()) assertAnswer(answer, queries[n]?.after ?? 0, queries[n]?.limit ?? 0);
    }),
    { numRuns: 12 },
  );
});

test("GET /api/events responds 304 if the client has that block", async () => {
  for (const after of [0, ends[0], ends[1], ends.at(-2)]) {
    const { etag, blockEnd } = await get(`after=${after}`);
    const answer = await get(`after=${after}`, { "if-none-match": etag ?? "" });
    assert.deepEqual([answer.status, answer.body.length, answer.blockEnd], [304, 0, blockEnd]);
  }
  const { etag } = await get("after=0");
  assert.equal((await get("after=1", { "if-none-match": etag ?? "" })).status, 200);
  assert.equal((await get("after=1", { "if-none-match": "*" })).status, 200, "part of a block is never revalidated");
});

test("HEAD and JSON of a block have its end", async () => {
  const head = await fetch(`${base}/api/events?after=0`, { method: "HEAD", headers: { "invoify-reads": "blocks" } });
  assert.deepEqual([head.status, head.headers.get("invoify-block-end")], [200, String(ends[0])]);
  const json = await get("after=0", { accept: "application/json" });
  assert.equal(json.blockEnd, String(ends[0]));
  assert.equal((JSON.parse(String(json.body)) as unknown[]).length, ends[0]);
});

test("a client that does not say that it reads blocks gets a segment of several blocks in parts, with the head", async () => {
  const long = sizedLog([...Array<number>(160).fill(60_000), ...Array<number>(SEGMENT - 161).fill(100)]);
  const other = SqliteLog.open(`${folder}/long.sqlite`, { create: true });
  other.appendNow(long);
  const server = await serveLog(other, uuidText(idOf(1)));
  let at = 0;
  for (let requests = 0; at < long.length; requests++) {
    assert.ok(requests <= 3, "each answer has a block");
    const { status, head, body, etag } = await get(`after=${at}`, { "invoify-reads": "" }, server);
    assert.deepEqual([status, head, etag], [200, String(long.length), null]);
    const count = splitEvents(body, "answer").length;
    assert.ok(count > 0);
    at += count;
  }
  other.closeNow();
});

test("a client that does not say that it reads blocks gets what release 0.1 reads, and 426 beyond", async () => {
  const old = { "invoify-reads": "" };
  const segment = await get(`after=${SEGMENT}`, old);
  assert.ok(segment.body.equals(bytesOf(SEGMENT, 2 * SEGMENT)));
  assert.deepEqual([segment.head, segment.etag !== null], [null, true], "a full segment names no head");

  const first = await get("after=0", old);
  assert.ok(first.body.equals(bytesOf(0, 1)), "the events before the one that is too long");
  assert.deepEqual([first.head, first.etag], [String(HEAD), null]);

  const refused = await get("after=1", old);
  assert.equal(refused.status, 426);
  const { code, values, detail } = JSON.parse(String(refused.body)) as Record<string, unknown>;
  assert.deepEqual([code, values], ["CLIENT_TOO_OLD", { seq: 2 }]);
  assert.match(String(detail), /update the app; .* Invoify-Reads: blocks/i);

  assert.equal((await get("after=1", { ...old, accept: "application/json" })).status, 200, "JSON is read by people");
  assert.equal((await get(`after=${HEAD}&limit=0`, old)).head, String(HEAD), "the head is told to all");
});
