/** The disk of the server's caches or of all its data is full. It responds with 503, and resumes when there is room. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { HttpLog } from "../../events/sources/http/http-log.ts";
import { uuidText } from "../../events/uuid.ts";
import { PROFILE } from "../../fixtures/data/events.ts";
import { canMount, emptyDisk, fillDisk, onSmallDisk, seenBy } from "../../fixtures/data/small-disk.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { foldersOf } from "../config/config.ts";
import { newEnvironment, type ServedProcess, serveProcess } from "../served-process.suite.ts";
import { call, newKey, PASSWORD, type Person, signUp } from "../sessions/people.suite.ts";
import {
  Acknowledgements,
  assertRetryable,
  registration,
  type SentCommand,
  send,
  writeAtOnce,
} from "./bad-days.suite.ts";

const WRITERS = 8;
/** Commands that must be refused before the test makes room. */
const REFUSED = 40;
const skip = canMount ? false : "NO SMALL DISK CAN BE MOUNTED HERE: a full disk is not tested";

/** A server with an organization, with one of its folders on a small disk. */
async function serveOnSmallDisk(t: TestContext, which: "caches" | "all") {
  const dataFolder = join(temporaryFolder(), "data");
  const folder = which === "all" ? dataFolder : foldersOf({ dataFolder }).caches;
  const server = await serveProcess(t, newEnvironment(dataFolder), { around: onSmallDisk(folder, "16m") });
  const owner = await signUp(server.base);
  return { server, owner, disk: seenBy(server.process.pid, folder) };
}

/** API clients write until some commands were refused on the full disk. Then there is room, and everything is written. */
async function writeThrough(
  { server, owner, disk }: Awaited<ReturnType<typeof serveOnSmallDisk>>,
  whileFull: () => Promise<void> = async () => {},
) {
  const acks = new Acknowledgements();
  const sent: SentCommand[] = [];
  const write = async () => {
    const sending = registration(`Client ${sent.length}`);
    sent.push(sending);
    await acks.insist(() => server.base, owner.token, sending);
  };
  await writeAtOnce(WRITERS, () => acks.size >= 100, write);
  assert.equal(acks.retries, 0);
  fillDisk(disk);
  let emptied = false;
  const writing = writeAtOnce(WRITERS, () => emptied && acks.retries > 0 && sent.length > 200, write);
  try {
    await whileFull();
    while (acks.retries < REFUSED) await call(server.base, "GET", "/api/health");
  } finally {
    emptied = true;
    emptyDisk(disk);
    await writing;
  }
  return { acks, sent };
}

/** Reads until one is refused: the log still grows, so the cache falls more than a second behind. */
async function readUntilRefused({ base }: ServedProcess, { token }: Person): Promise<void> {
  for (;;) {
    const response = await call(base, "GET", "/api/clients", undefined, { token });
    if (response.status !== 200) return assertRetryable(response);
  }
}

/** Writes until one is refused. */
async function writeUntilRefused({ base }: ServedProcess, { token }: Person): Promise<void> {
  for (;;) {
    const response = await call(base, "POST", "/api/clients", registration().body, { token });
    if (response.status === 200) continue;
    assertRetryable(response);
    return assert.equal(response.body.code, "UNREACHABLE", "the log has no room");
  }
}

/** Every acknowledged command is in the log and can be read. */
async function checkAll(
  { server, owner }: Awaited<ReturnType<typeof serveOnSmallDisk>>,
  { acks, sent }: Awaited<ReturnType<typeof writeThrough>>,
): Promise<void> {
  assert.equal(acks.size, sent.length);
  const events = await acks.check(new HttpLog(server.base, { token: () => owner.token }));
  assert.equal(events.filter(({ id }) => acks.byKey.has(uuidText(id))).length, sent.length);
  for (const { key, body } of sent) {
    const { stream } = acks.byKey.get(key) ?? {};
    const client = await call(server.base, "GET", `/api/clients/${stream}`, undefined, { token: owner.token });
    assert.equal(client.status, 200, client.text);
    assert.equal(client.body.name, (body as { name: string }).name);
  }
}

test("the disk of the server's caches is full: 503, nothing acknowledged is lost, and it resumes when there is room", {
  skip,
}, async (t) => {
  const served = await serveOnSmallDisk(t, "caches");
  const written = await writeThrough(served, () => readUntilRefused(served.server, served.owner));
  await checkAll(served, written);
  t.diagnostic(`${written.sent.length} writes, ${written.acks.retries} refused attempts`);
});

test("the disk of all the server's data is full: 503, nothing acknowledged is lost, and it resumes when there is room", {
  skip,
}, async (t) => {
  const served = await serveOnSmallDisk(t, "all");
  const written = await writeThrough(served, () => writeUntilRefused(served.server, served.owner));
  await checkAll(served, written);
  t.diagnostic(`${written.sent.length} writes, ${written.acks.retries} refused attempts`);
});

test("an organization is founded and a user logs in as soon as the disk has room again", { skip }, async (t) => {
  const { server, owner, disk } = await serveOnSmallDisk(t, "all");
  const { base } = server;
  const founder = { email: "founder@example.org", name: "Flo Founder", password: PASSWORD };
  const founding: SentCommand = {
    key: newKey(),
    method: "POST",
    path: "/api/organizations",
    body: { profile: PROFILE, owner: founder },
  };
  const logIn = () => call(base, "POST", "/api/auth/login", { email: owner.email, password: PASSWORD });
  fillDisk(disk);
  assert.equal(await send(base, "", founding), null);
  assertRetryable(await logIn());
  emptyDisk(disk);
  assert.ok(await send(base, "", founding), "the same key completes it");
  assert.equal((await logIn()).status, 200);
});
