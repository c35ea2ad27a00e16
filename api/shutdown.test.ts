/** `invoify-api serve` that is stopped while it works, as during an operator's weekly update. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { openLog } from "../events/sources/open-log.ts";
import { temporaryFolder } from "../fixtures/data/temporary-folder.ts";
import { sharedMongoUrl } from "../fixtures/mongodb/server.ts";
import { temporaryDatabases } from "../fixtures/mongodb/temporary-databases.ts";
import { until } from "../fixtures/tests/until.ts";
import { Acknowledgements, registration, send } from "./faults/bad-days.suite.ts";
import { newEnvironment, type ServedProcess, serveProcess } from "./served-process.suite.ts";
import { type ApiResponse, call, type Person, readResponse, signUp } from "./sessions/people.suite.ts";

const CLIENTS = 64;
const POLLS = 20;
const METRICS_TOKEN = randomBytes(32).toString("base64");

/** The exit of the process, within a minute. */
async function exitOf({ process: child }: ServedProcess): Promise<number | null> {
  if (child.exitCode === null) await once(child, "exit", { signal: AbortSignal.timeout(60_000) });
  return child.exitCode;
}

/** Requests that wait on a log that does not grow. */
async function openPolls({ base }: ServedProcess, { token }: Person): Promise<Promise<ApiResponse>[]> {
  const headers = { authorization: `Bearer ${token}` };
  const polls = Array.from({ length: POLLS }, async () =>
    readResponse(await fetch(`${base}/api/events?after=2&wait=30`, { headers })),
  );
  await until("all wait", async () =>
    (await call(base, "GET", "/metrics", undefined, { token: METRICS_TOKEN })).text.includes(
      `invoify_long_polls ${POLLS}\n`,
    ),
  );
  return polls;
}

/** API clients that write one command after the other until the server refuses them. */
function writeUntilRefused({ base }: ServedProcess, { token }: Person, acks: Acknowledgements): Promise<unknown> {
  const client = async () => {
    for (;;) {
      const sending = registration();
      const written = await send(base, token, sending);
      if (!written) return;
      acks.record(sending, written);
    }
  };
  return Promise.all(Array.from({ length: CLIENTS }, client));
}

async function endInTheMiddle(t: TestContext, more: Record<string, string>, logAt: (logId: string) => string) {
  const environment = newEnvironment(environmentFolder, { INVOIFY_METRICS_TOKEN: METRICS_TOKEN, ...more });
  const server = await serveProcess(t, environment);
  const [busy, idle] = [await signUp(server.base), await signUp(server.base)];
  const polls = await openPolls(server, idle);
  const acks = new Acknowledgements();
  const writing = writeUntilRefused(server, busy, acks);
  await until("it is at work", () => acks.size > 3 * CLIENTS);
  server.process.kill("SIGTERM");
  assert.equal(await exitOf(server), 0, server.failures.join("\n"));
  await writing;
  for (const { status, headers, text } of await Promise.all(polls))
    assert.deepEqual([status, headers.get("invoify-head")], [200, "2"], text);

  const log = await openLog(logAt(busy.log));
  const events = await acks.check(log);
  await log.close();
  assert.equal(events.length, 2 + acks.size, "every accepted command got its response");
  t.diagnostic(`${acks.size} writes of ${CLIENTS} clients were answered, and ${POLLS} waits`);
}

const environmentFolder = join(temporaryFolder(), "data");

test("SIGTERM midway, on embedded storage: every response is true, every request gets one, exit code 0", (t) =>
  endInTheMiddle(t, {}, (logId) => join(environmentFolder, "logs", `${logId}.sqlite`)));

const url = await sharedMongoUrl();
const skip = url === null ? "NO MONGODB SERVER: a shutdown on MongoDB is not tested" : false;
const database = url === null ? "" : temporaryDatabases(url).newDatabase();
test("SIGTERM midway, on MongoDB: every response is true, every request gets one, exit code 0", { skip }, (t) =>
  endInTheMiddle(t, { MONGODB_URL: database }, (logId) => `${database}#${logId}`),
);

test("a second signal ends it at once, whatever it does", async (t) => {
  const server = await serveProcess(t, newEnvironment(join(temporaryFolder(), "data")));
  const socket = connect(Number(new URL(server.base).port), "127.0.0.1");
  socket.on("error", () => {});
  const head =
    "POST /api/auth/login HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n";
  socket.write(`${head}{"email":`);
  await once(socket, "connect");
  const ready = async () => (await call(server.base, "GET", "/api/ready")).body.code;
  assert.equal(await ready(), undefined); // by now the half request has arrived: it was sent first
  server.process.kill("SIGTERM");
  await until("it is ending", async () => (await ready()) === "SHUTTING_DOWN");
  assert.equal(server.process.exitCode, null);
  server.process.kill("SIGINT");
  assert.equal(await exitOf(server), 130);
  socket.destroy();
});
