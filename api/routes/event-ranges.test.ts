/** `GET /api/events` over a socket: the events sent, their encoding, and caching. */
import assert from "node:assert/strict";
import http from "node:http";
import { test } from "node:test";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { type EncodedEvent, encodeEvent } from "../../events/encoding/event.ts";
import { eventHash } from "../../events/hash.ts";
import { HttpLog } from "../../events/sources/http/http-log.ts";
import { newUuid } from "../../events/uuid.ts";
import { type RunningApi, runApi } from "../running-api.suite.ts";

/** Events of the log: two full segments and a live one. */
const HEAD = 2 * 1024 + 100;

const running = await runApi();
const { token, logId, organization } = running;
await fillTo(running, HEAD);
await organization.writer.refresh();
const bodies: Uint8Array[] = [];
for await (const batch of organization.log.read({ after: 0, upTo: HEAD })) bodies.push(...batch.bodies);
/** (That two long runs of bytes differ is told at once; where, would take minutes.) */
function assertBytes(found: Uint8Array, after: number, upTo: number, what = ""): void {
  const expected = Buffer.concat(bodies.slice(after, upTo));
  assert.ok(expected.equals(found), `${what}: ${found.length} bytes are not events ${after + 1} to ${upTo}`);
}
const hashAt = (seq: number) => eventHash(bodies[seq - 1] as Uint8Array).toString("hex");

/** Appends a second user to the log, and ends of that user's sessions, so that the owner's stay valid. */
async function fillTo({ organization: { log } }: RunningApi, head: number): Promise<void> {
  const events: EncodedEvent[] = [];
  for (let seq = (await log.head()) + 1; seq <= head; seq++) {
    const place = { seq, id: newUuid(), stream: 3, version: seq - 2, at: Date.now(), actor: 2 };
    const data = { email: "second@example.com", name: "Second", role: "viewer" as const };
    events.push(
      encodeEvent(
        seq === 3 ? { ...place, type: "UserAdded", data } : { ...place, type: "UserSessionsEnded", data: {} },
      ),
    );
  }
  assert.equal(await log.append(events), events.length);
}

interface Raw {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
}

/** A call whose response is not decompressed. */
function raw(path: string, headers: Record<string, string> = {}): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const request = http.get(new URL(path, running.base), {
      headers: { authorization: `Bearer ${token}`, ...headers },
    });
    request.on("error", reject);
    request.on("response", async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
    });
  });
}

test("GET /api/events returns a full segment in the client's preferred encoding, cacheable forever", async () => {
  const unpacked = {
    zstd: (answer: Raw) => zstdDecompressSync(answer.body),
    gzip: (answer: Raw) => gunzipSync(answer.body),
    identity: (answer: Raw) => answer.body,
  };
  const tags = new Set<unknown>();
  for (const [encoding, unpack] of Object.entries(unpacked)) {
    const answer = await raw("/api/events?after=1024", { "accept-encoding": encoding });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers["content-encoding"], encoding === "identity" ? undefined : encoding);
    assert.equal(answer.headers["content-type"], "application/vnd.msgpack");
    assert.equal(answer.headers["content-length"], String(answer.body.length));
    assertBytes(unpack(answer), 1024, 2048);
    assert.equal(answer.headers["cache-control"], "private, max-age=31536000, immutable");
    assert.match(answer.headers.vary ?? "", /accept-encoding/);
    assert.equal(answer.headers["invoify-log"], logId);
    assert.equal(answer.headers["invoify-hash"], hashAt(1024));
    assert.equal(answer.headers["invoify-head"], undefined, "the head changes, the response does not");
    tags.add(answer.headers.etag);
  }
  assert.equal(tags.size, 3, "an ETag names one encoding");
  assert.equal((await raw("/api/events?after=0")).headers["invoify-hash"], undefined);
});

test("GET /api/events responds 304 if the client has that segment in that encoding", async () => {
  const zstd = { "accept-encoding": "zstd" };
  const { etag = "" } = (await raw("/api/events?after=0", zstd)).headers;
  for (const held of [etag, `"other", ${etag}`, `W/${etag}`, "*"]) {
    const answer = await raw("/api/events?after=0", { ...zstd, "if-none-match": held });
    assert.equal(answer.status, 304, held);
    assert.equal(answer.body.length, 0);
    assert.equal(answer.headers.etag, etag);
    assert.equal(answer.headers["cache-control"], "private, max-age=31536000, immutable");
  }
  for (const headers of [{ "accept-encoding": "gzip" }, { ...zstd, accept: "application/json" }])
    assert.equal((await raw("/api/events?after=0", { ...headers, "if-none-match": etag })).status, 200);
  assert.equal((await raw("/api/events?after=1024", { ...zstd, "if-none-match": etag })).status, 200);
});

test("GET /api/events returns the live segment as far as it goes, with the head, not cacheable", async () => {
  const answer = await raw("/api/events?after=2048", { "accept-encoding": "gzip, zstd" });
  assertBytes(zstdDecompressSync(answer.body), 2048, HEAD);
  assert.equal(answer.headers["content-encoding"], "zstd");
  assert.equal(answer.headers["invoify-head"], String(HEAD));
  assert.equal(answer.headers["cache-control"], "no-store");
  assert.equal(answer.headers.etag, undefined);
});

test("GET /api/events does not compress a small response, whatever the client accepts", async () => {
  const answer = await raw(`/api/events?after=${HEAD - 3}`, { "accept-encoding": "zstd" });
  assert.equal(answer.headers["content-encoding"], undefined);
  assertBytes(answer.body, HEAD - 3, HEAD);
});

test("GET /api/events never crosses a segment's end, and treats part of a segment as not full", async () => {
  for (const [query, from, to] of [
    ["after=1000", 1000, 1024],
    ["after=1023", 1023, 1024],
    ["after=1025&limit=1024", 1025, 2048],
    ["after=1024&limit=1023", 1024, 2047],
    ["after=5&limit=1", 5, 6],
    ["after=5&limit=0", 5, 5],
    [`after=${HEAD}`, HEAD, HEAD],
  ] as const) {
    const answer = await raw(`/api/events?${query}`, {});
    assertBytes(answer.body, from, to, query);
    assert.equal(answer.headers["invoify-head"], String(HEAD), query);
    assert.equal(answer.headers["invoify-hash"], hashAt(from), query);
    assert.equal(answer.headers.etag, undefined, query);
  }
});

test("GET /api/events returns the same events as JSON on request", async () => {
  for (const [after, length] of [
    [1024, 1024],
    [HEAD - 2, 2],
  ] as const) {
    const answer = await raw(`/api/events?after=${after}`, { accept: "application/json", "accept-encoding": "gzip" });
    const text = after === 1024 ? gunzipSync(answer.body) : answer.body;
    const events = JSON.parse(String(text)) as { seq: number; type: string }[];
    assert.deepEqual(
      events.map(({ seq }) => seq),
      Array.from({ length }, (_, n) => after + n + 1),
    );
    assert.equal(events[0]?.type, "UserSessionsEnded");
    assert.match(answer.headers["content-type"] ?? "", /^application\/json/);
  }
});

test("GET /api/events explains an invalid request", async () => {
  const cases: [string, Record<string, string>, number, string][] = [
    [`/api/events?log=${logId.replace(/.$/, (last) => (last === "0" ? "1" : "0"))}`, {}, 403, "OTHER_LOG"],
    [`/api/events?after=${HEAD + 1}`, {}, 409, "HEAD_BEFORE_AFTER"],
    ["/api/events", { "accept-encoding": "br, identity;q=0" }, 406, "NO_ENCODING"],
    ["/api/events?after=-1", {}, 422, "NOT_VALID"],
    ["/api/events?after=1.5", {}, 422, "NOT_VALID"],
    ["/api/events?limit=1025", {}, 422, "NOT_VALID"],
    ["/api/events?wait=31", {}, 422, "NOT_VALID"],
    // Texts that `Number` reads, too.
    ...[
      "after=",
      "limit=",
      "wait=",
      "after=0x1",
      "after=1e0",
      "after=%201",
      "after=1.0",
      "after=-0",
      "after=00",
      "limit=%2B5",
    ].map((query): [string, Record<string, string>, number, string] => [`/api/events?${query}`, {}, 422, "NOT_VALID"]),
    ["/api/events", { authorization: "Bearer nobody" }, 401, "TOKEN_NOT_VALID"],
  ];
  for (const [path, headers, status, code] of cases) {
    const answer = await raw(path, headers);
    assert.equal(answer.status, status, path);
    assert.match(answer.headers["content-type"] ?? "", /^application\/problem\+json/, path);
    assert.equal(JSON.parse(String(answer.body)).code, code, path);
  }
  const { values } = JSON.parse(String((await raw(`/api/events?after=${HEAD + 7}`)).body));
  assert.deepEqual(values, { head: HEAD, after: HEAD + 7 });
});

test("HttpLog.read() fetches compressed segments, and reads every event", async () => {
  const seen: (string | null)[] = [];
  const log = new HttpLog(running.base, {
    token: () => token,
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      seen.push(response.headers.get("content-encoding"));
      return response;
    },
  });
  const read: Uint8Array[] = [];
  for await (const batch of log.read({ after: 0, upTo: Number.POSITIVE_INFINITY })) read.push(...batch.bodies);
  assertBytes(Buffer.concat(read), 0, HEAD);
  assert.deepEqual(seen, ["zstd", "zstd", "zstd"], "one request a segment, each packed");
});
