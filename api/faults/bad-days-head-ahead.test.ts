/** A clock was ahead when an event was written, and is right again: nothing more is written, and operators are told. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { LogEvent } from "../../events/encoding/event.ts";
import { sharedMongoUrl } from "../../fixtures/mongodb/server.ts";
import { temporaryDatabases } from "../../fixtures/mongodb/temporary-databases.ts";
import type { Config } from "../config/config.ts";
import { logOptions } from "../http/server-log.ts";
import { type RunningApi, runApi } from "../running-api.suite.ts";
import { call, signUp, startApi } from "../sessions/people.suite.ts";
import {
  Acknowledgements,
  assertRetryable,
  drafting,
  issuing,
  registration,
  type SentCommand,
} from "./bad-days.suite.ts";

const DAY_MS = 86_400_000;
const AHEAD_MS = 400 * DAY_MS;

/** Sends a command through another process on the same store, whose clock is ahead. */
async function writeAhead({ config, token }: { config: Config; token: string }, sent: SentCommand, aheadMs = AHEAD_MS) {
  const writer = { clock: () => Date.now() + aheadMs, checkClock: false };
  const { base } = await startApi(config, { writer });
  return await write(base, token, sent);
}

async function write(base: string, token: string, { key, method, path, body }: SentCommand) {
  return await call(base, method, path, body, { token, headers: { "idempotency-key": key } });
}

async function eventsOf({ organization }: RunningApi): Promise<LogEvent[]> {
  return await new Acknowledgements().check(organization.log);
}

/** The date of a time by the clock of the office, which is in Europe/London. */
const dayOf = (ms: number) => new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/London" }).format(ms);

function tests(running: RunningApi, clock: { aheadMs: number }): void {
  const { base, token } = running;
  const early = registration("Early");

  test("one write of a clock that is ahead stops all further writes: 503 HEAD_IN_FUTURE, and reads still work", async () => {
    const first = await writeAhead(running, early);
    assert.equal(first.status, 200, first.text);
    const head = await running.organization.log.head();
    for (const response of await Promise.all([1, 2, 3].map(() => write(base, token, registration())))) {
      assertRetryable(response);
      assert.equal(response.body.code, "HEAD_IN_FUTURE");
      assert.deepEqual(Object.keys(response.body.values as object), ["headAt", "now"]);
    }
    assert.equal(await running.organization.log.head(), head);
    assert.equal((await call(base, "GET", "/api/clients", undefined, { token })).status, 200);
    const again = await write(base, token, early);
    assert.deepEqual([again.status, again.body], [200, first.body], "a retry gets the first response");
  });

  test("/api/ready fails its check `heads` while every log is ahead, and passes once the clock has caught up", async () => {
    const ready = await call(base, "GET", "/api/ready");
    assert.deepEqual([ready.status, ready.body.values], [503, { failed: "heads" }]);
    clock.aheadMs = AHEAD_MS;
    const { status, body } = await call(base, "GET", "/api/ready");
    assert.ok(!JSON.stringify(body).includes("heads"), `${status} ${JSON.stringify(body)}`);
    clock.aheadMs = 0;
  });

  test("if another log can be written, the process is ready, and warns", async () => {
    const other = await signUp(base);
    assert.equal((await write(base, other.token, registration())).status, 200);
    const { status, body } = await call(base, "GET", "/api/ready");
    assert.equal(status, 200);
    assert.match(String(body.warnings), /^1 log is ahead/);
  });

  test("the start names the log", async () => {
    const lines: string[] = [];
    await startApi(running.config, { logger: logOptions({ write: (line) => lines.push(line) }) });
    const warning = lines.find((line) => line.includes("after this machine's clock"));
    assert.ok(warning?.includes(running.logId), lines.join(""));
  });

  test("an operator may accept the log: documents are dated by the clock, not by the head", async () => {
    const { base } = await startApi({ ...running.config, acceptedAhead: [running.logId] });
    const client = await write(base, token, registration("Late"));
    assert.equal(client.status, 200, client.text);
    const draft = await write(base, token, drafting(Number(client.body.stream)));
    const issued = await write(base, token, issuing(Number(draft.body.stream)));
    assert.equal(issued.status, 200, issued.text);
    const event = (await eventsOf(running)).at(-1);
    assert.ok(event?.type === "InvoiceIssued" && event.at > Date.now() + AHEAD_MS - DAY_MS);
    assert.ok([dayOf(Date.now()), dayOf(Date.now() - 60_000)].includes(event.data.issuedOn), event.data.issuedOn);
  });
}

async function open(overrides: Partial<Config>) {
  const clock = { aheadMs: 0 };
  const writer = { clock: () => Date.now() + clock.aheadMs };
  return { clock, running: await runApi(overrides, { writer, readiness: { keepMs: 0 } }) };
}

const embedded = await open({});
const url = await sharedMongoUrl();
const onMongo = url === null ? null : await open({ mongoUrl: temporaryDatabases(url).newDatabase() });
describe("on embedded storage", () => tests(embedded.running, embedded.clock));
describe("on MongoDB", { skip: onMongo ? false : "no MongoDB server" }, () => {
  if (onMongo) tests(onMongo.running, onMongo.clock);
});
