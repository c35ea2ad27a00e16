/**
 * A user who reads at random moments, as fast as the server lets them: it is done in another thread, waits in a queue of its
 * own that has an end, and nobody else waits for it.
 */
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import { Moments } from "../../projector/moments/moments.ts";
import { READ_LIST } from "../../projector/queries/reads/reads.ts";
import { logOptions } from "../http/server-log.ts";
import { call, join, newConfig, openOffice, signUp } from "../sessions/people.suite.ts";
import { drafting, registration, send } from "./bad-days.suite.ts";

const METRICS = "a-token-for-metrics-long-enough-to-use";
/** Requests of the flood at the same time: more than may wait. */
const FLOOD = 24;
const MAX_WAITING = 16;
const ROUNDS = 10;
/** The read that runs, one of the flood's next turn, and those whose responses are under way: fewer than half that wait. */
const MAX_BEFORE = 7;

/** The paths of requests that have come and have ended, in the order of the server. */
const came = new Map<string, { path: string; endedBefore: number }>();
const ended: string[] = [];

const office = await openOffice(newConfig({ INVOIFY_METRICS_TOKEN: METRICS }), {
  logger: logOptions({
    write(line) {
      const { reqId, req, msg } = JSON.parse(line) as { reqId: string; req?: { url: string }; msg: string };
      if (req) came.set(reqId, { path: req.url, endedBefore: ended.length });
      if (msg === "request completed") ended.push(reqId);
    },
  }),
});
const { base, owner } = office;
const greedy = await join(office, "viewer");
const modest = await join(office, "viewer");
const elsewhere = await signUp(base);
const clients: number[] = [];
for (let n = 0; n < 10; n++) clients.push(Number((await send(base, owner.token, registration()))?.stream));
for (const client of clients) assert.ok(await send(base, owner.token, drafting(client)));
const head = (await office.api.organizations.get(owner.log))?.checkpoint ?? 0;

// What would make this thread read at a moment.
mock.method(Moments.prototype, "sourceAt", () => assert.fail("the main thread reads at a moment"));
let statements = 0;
const { prepare } = Database.prototype;
mock.method(Database.prototype, "prepare", function (this: Database.Database, sql: string) {
  if (/\btemp\.|_then\b|_past\b/.test(sql)) statements++;
  return prepare.call(this, sql);
});

/** The flood's reads that were answered, by the id of the request. */
const served = new Set<string>();

/** A flood of reads until it is stopped, and what became of them. */
function flood(token: string) {
  const outcomes = { answered: 0, refused: 0 };
  let isOver = false;
  const paths = ["/api/clients", "/api/invoices?status=draft", `/api/clients/${clients[0]}`, "/api/organization"];
  let n = 0;
  const one = async () => {
    while (!isOver) {
      const path = paths[n++ % paths.length] ?? "";
      const at = 1 + ((n * 7919) % head);
      const { status, body, headers } = await call(
        base,
        "GET",
        `${path}${path.includes("?") ? "&" : "?"}at=${at}`,
        undefined,
        { token },
      );
      if (status === 200 || status === 404) {
        outcomes.answered++;
        served.add(headers.get("x-request-id") ?? "");
      } else {
        await sleep(20);
        assert.deepEqual([status, body.code], [429, "TOO_MANY_REQUESTS"]);
        assert.ok(Number(headers.get("retry-after")) > 0);
        outcomes.refused++;
      }
    }
  };
  const all = Promise.all(Array.from({ length: FLOOD }, one));
  return {
    outcomes,
    async stop() {
      isOver = true;
      await all;
    },
  };
}

async function waitingNow(): Promise<number> {
  const { text } = await call(base, "GET", "/metrics", undefined, { token: METRICS });
  return Number(/^invoify_moment_reads_waiting (\S+)$/m.exec(text)?.[1]);
}

/** How many reads of the flood ended while this one waited and ran, without those that were refused. */
function answeredBefore(id: string): number {
  const request = came.get(id);
  assert.ok(request);
  const meanwhile = ended.slice(request.endedBefore, ended.indexOf(id));
  return meanwhile.filter((one) => served.has(one)).length;
}

test("a flood of reads at random moments waits for itself: others read, write, and read at moments meanwhile", async (t) => {
  const { outcomes, stop } = flood(greedy.token);
  while (outcomes.refused === 0 || outcomes.answered === 0) await call(base, "GET", "/api/health");
  let mostWaiting = 0;
  const others: string[] = [];
  try {
    for (let n = 0; n < ROUNDS; n++) {
      assert.ok(await send(base, owner.token, registration()));
      assert.equal((await call(base, "GET", "/api/clients?limit=1", undefined, modest)).status, 200);
      for (const { token } of [modest, elsewhere]) {
        const response = await call(base, "GET", "/api/users?at=event:2", undefined, { token });
        assert.equal(response.status, 200);
        others.push(response.headers.get("x-request-id") ?? "");
      }
      mostWaiting = Math.max(mostWaiting, await waitingNow());
    }
  } finally {
    await stop();
  }
  const mostBefore = Math.max(...others.map(answeredBefore));
  t.diagnostic(
    `${outcomes.answered} answered, ${outcomes.refused} refused, ${mostWaiting} waited, ${mostBefore} before others`,
  );
  assert.ok(mostWaiting <= MAX_WAITING + 1, `${mostWaiting} reads wait`);
  assert.ok(mostBefore <= MAX_BEFORE, `${mostBefore} reads of the flood came before another user's`);
  assert.ok(outcomes.refused > 0 && outcomes.answered > ROUNDS);
  assert.equal(statements, 0, "the main thread prepared statements of a moment");
});

test("every read can be asked for a moment, and the connection of the main thread offers none", async () => {
  for (const [name, { input }] of READ_LIST) assert.ok("at" in input.shape, name);
  const organization = await office.api.organizations.get(owner.log);
  const [first] = READ_LIST;
  assert.ok(organization && first);
  const source = { db: organization.reader, nowMs: 0 };
  assert.throws(() => first[1].run(source, { at: { kind: "sequence", seq: 1 } }), /only the present/);
});
