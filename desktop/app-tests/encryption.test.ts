/** Encrypted files: the bundled worker with its own SQLite, a real API, and a search in every file of the folder. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { encodeEvent } from "../../events/encoding/event.ts";
import { newUuid } from "../../events/uuid.ts";
import { CLIENT as CLIENT_DATA } from "../../fixtures/data/events.ts";
import { Random } from "../../fixtures/data/random.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { pickCount } from "../../fixtures/tests/pick-count.ts";
import { until } from "../../fixtures/tests/until.ts";
import type { StoredKey, StoredTokens } from "../contract/channel.ts";
import type { Diagnostics, Encryption, StoredInput, SyncStatus } from "../contract/contract.ts";
import type { DocumentFileAnswer } from "../contract/paper-file.ts";
import { bundleWorker } from "../package/bundle.ts";
import { forkWorker } from "../shell/fork-worker.ts";
import { WorkerLink } from "../shell/worker-link.ts";
import { DELIVERED_FILE } from "../worker/files/file-names.ts";
import { headOf, OWNER, type RunningApi, registerClients, runApi } from "../worker/sync/desktop.suite.ts";
import { issueInvoice } from "./sales.suite.ts";

const KILLS = pickCount({ usual: 4, long: 10 });
/** Events. So many are missing after the first segment that the sync rebuilds the cache, on two threads. */
const LONG = 52_000;
const CLIENT = "Grepvogel Winterthur";
const TYPED = "Half of a sentence about Ottersberg";
const LOGIN = { email: OWNER.email, password: OWNER.password };
const parent = temporaryFolder();
const program = join(parent, "worker.cjs");
for (const [name, bytes] of await bundleWorker()) writeFileSync(join(parent, name), bytes);
let folders = 0;

/** What the operating system stores for a device. */
interface SystemStore {
  tokens: StoredTokens | null;
  key: StoredKey | null | undefined;
}

async function startDevice(
  server: string,
  { folder = join(parent, `device-${++folders}`), stored = { tokens: null, key: null } as SystemStore } = {},
) {
  let pid = 0;
  const notes: string[] = [];
  const link = new WorkerLink({
    spawn() {
      const worker = forkWorker({ program });
      pid = worker.pid;
      return worker;
    },
    start: { folder, server, tokens: stored.tokens, appVersion: "1.2.3", fileKey: stored.key },
    async storeTokens(tokens) {
      stored.tokens = tokens;
    },
    async storeKey(key) {
      stored.key = key;
    },
    onNote: (text) => notes.push(text),
    restartMs: { first: 5, longest: 50 },
  });
  await link.start();
  after(() => link.close());
  async function ask<T>(name: string, argument: object = {}): Promise<T> {
    const answer = await link.call(name, argument);
    assert.ok(answer.ok, answer.ok ? "" : `${name}: ${answer.failure.message} ${notes.join("\n")}`);
    return answer.value as T;
  }
  async function untilStatus(isExpected: (status: SyncStatus) => boolean): Promise<SyncStatus> {
    let last = "";
    return await until(
      () => `another status than ${last} ${notes.join("\n")}`,
      async () => {
        const reply = await link.call("getStatus", {});
        last = JSON.stringify(reply);
        return reply.ok && isExpected(reply.value as SyncStatus) && (reply.value as SyncStatus);
      },
    );
  }
  const device = { link, folder, stored, pid: () => pid, ask, until: untilStatus };
  return device;
}

type Device = Awaited<ReturnType<typeof startDevice>>;

/** Starts a device, logs in, syncs everything, and stores some input. */
async function deviceAt(api: RunningApi): Promise<Device> {
  const device = await startDevice(api.base);
  await device.ask("login", LOGIN);
  await device.until(upTo(await headOf(api)));
  await device.ask("keepInput", { form: "client/new", text: TYPED });
  return device;
}

const upTo =
  (head: number) =>
  ({ checkpoint, phase }: SyncStatus) =>
    checkpoint === head && phase === "idle";

/** Names of the files in the folder that contain the words. */
function filesWith({ folder }: Device, words: string): string[] {
  return readdirSync(folder)
    .filter((name) => readFileSync(join(folder, name)).includes(words))
    .sort();
}

/** A file may be deleted between the listing and the read. */
function readIfThere(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return Buffer.alloc(0);
  }
}

async function clientsIn({ ask }: Device): Promise<string[]> {
  const { rows } = await ask<{ rows: { name: string }[] }>("listClients", { q: "grepvogel" });
  return rows.map(({ name }) => name);
}

async function digest({ ask }: Device): Promise<string | null> {
  return (await ask<Diagnostics>("getDiagnostics", { digest: true })).digest;
}

/** A document for the client, delivered as XML, which has the client's name as plain text. */
async function delivered(api: RunningApi, clientId: number): Promise<number> {
  const id = await issueInvoice(api, { clientId });
  await api.send("POST", `/api/invoices/${id}/delivered`, { how: "sent", format: "ubl" });
  return id;
}

async function showDelivered({ ask }: Device, id: number): Promise<void> {
  const { isDelivered, base64 } = await ask<DocumentFileAnswer>("documentFile", { id, format: "ubl" });
  assert.ok(isDelivered && Buffer.from(base64, "base64").includes(CLIENT));
}

test("encrypted files contain neither a client's name nor typed input; decrypted files contain both again", async () => {
  const api = await runApi();
  const [client = 0] = await registerClients(api, CLIENT, "Another one");
  const invoice = await delivered(api, client);
  const device = await deviceAt(api);
  await showDelivered(device, invoice);
  const mirror = readdirSync(device.folder).find((name) => name.endsWith(".mirror.sqlite")) ?? "";
  const before = await digest(device);
  const plain = filesWith(device, CLIENT).map((name) => name.replace(/-wal$/, ""));
  const file = readdirSync(device.folder).find((name) => DELIVERED_FILE.test(name)) ?? "";
  for (const name of [mirror, file, "invoify.sqlite"]) assert.ok(plain.includes(name), `${name}: ${plain.join()}`);
  assert.notDeepEqual(filesWith(device, TYPED), []);

  const on = await device.ask<Encryption>("setEncryption", { on: true });
  assert.deepEqual(on, { available: true, on: true, left: [] });
  await device.until(upTo(await headOf(api)));
  assert.deepEqual(filesWith(device, CLIENT), []);
  assert.deepEqual(filesWith(device, TYPED), []);
  for (const name of ["invoify.sqlite", "local.sqlite", mirror, file])
    assert.ok(readdirSync(device.folder).includes(name), `${name} is there`);
  assert.deepEqual(await clientsIn(device), [CLIENT]);
  assert.equal(await digest(device), before);
  assert.equal((await device.ask<StoredInput>("getInput", { form: "client/new" })).text, TYPED);

  await registerClients(api, `${CLIENT} the second`);
  await showDelivered(device, invoice);
  const later = await delivered(api, client);
  await device.until(upTo(await headOf(api)));
  await showDelivered(device, later);
  await device.until(upTo(await headOf(api)));
  assert.equal((await clientsIn(device)).length, 2);
  await device.ask("rebuildCache");
  assert.deepEqual(filesWith(device, CLIENT), [], "after a sync and a rebuild");
  await device.link.close();
  assert.deepEqual(filesWith(device, CLIENT), [], "after the worker has exited");

  const again = await startDevice(api.base, device);
  await again.until(upTo(await headOf(api)));
  assert.equal((await clientsIn(again)).length, 2);
  const off = await again.ask<Encryption>("setEncryption", { on: false });
  assert.deepEqual(off, { available: true, on: false, left: [] });
  assert.equal(again.stored.key, null, "the key is deleted");
  await again.until(upTo(await headOf(api)));
  assert.notDeepEqual(filesWith(again, CLIENT), []);
  assert.equal((await again.ask<StoredInput>("getInput", { form: "client/new" })).text, TYPED);
});

for (const [what, key] of [
  ["another", { key: randomBytes(32).toString("hex"), on: true }],
  ["no", null],
] as const)
  test(`with ${what} key everything is fetched again, and the unreadable files stay`, async () => {
    const api = await runApi();
    const [client = 0] = await registerClients(api, CLIENT);
    const invoice = await delivered(api, client);
    const device = await deviceAt(api);
    await device.ask("setEncryption", { on: true });
    await showDelivered(device, invoice);
    await device.until(upTo(await headOf(api)));
    const before = await digest(device);
    await device.link.close();
    for (let time = 1; time <= 2; time++) {
      // The second time, the second generation of files cannot be read either.
      const fresh = key && { ...key, key: randomBytes(32).toString("hex") };
      const stored = { tokens: device.stored.tokens, key: fresh };
      const lost = await startDevice(api.base, { folder: device.folder, stored });
      await lost.ask("login", LOGIN);
      await lost.until(upTo(await headOf(api)));
      assert.deepEqual(await clientsIn(lost), [CLIENT]);
      await showDelivered(lost, invoice);
      assert.equal(await digest(lost), before);
      assert.equal(await lost.ask("getInput", { form: "client/new" }), null, "input is lost with the key");
      assert.equal(
        readdirSync(lost.folder).filter((name) => /^local\.sqlite\.damaged-\d+$/.test(name)).length,
        key ? time : 1,
      );
      assert.equal(
        filesWith(lost, CLIENT).length === 0,
        key !== null,
        "files are in plain text only if encryption is off",
      );
      await lost.link.close();
    }
  });

test("repeated kills during a conversion lose nothing", async (t) => {
  const api = await runApi();
  const names = Array.from({ length: 400 }, (_, n) => `${CLIENT} ${n}`);
  for (let n = 0; n < names.length; n += 40) await registerClients(api, ...names.slice(n, n + 40));
  const device = await deviceAt(api);
  const before = await digest(device);
  const random = new Random("kills while files are converted");
  let unanswered = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const victim = device.pid();
    const call = device.link.call("setEncryption", { on: kill % 2 === 0 });
    await sleep(random.int(0, 60));
    process.kill(victim, "SIGKILL");
    if (!(await call).ok) unanswered++;
    await device.until(({ initialized }) => device.pid() !== victim && initialized);
  }
  assert.ok(unanswered > 0, "no kill came before the answer");
  await device.ask("setEncryption", { on: true });
  await device.until(upTo(await headOf(api)));
  assert.deepEqual(filesWith(device, CLIENT), []);
  assert.deepEqual(filesWith(device, TYPED), []);
  assert.equal(await digest(device), before);
  assert.equal((await device.ask<StoredInput>("getInput", { form: "client/new" })).text, TYPED);
  assert.deepEqual(
    readdirSync(device.folder).filter((name) => /converting|damaged|next/.test(name)),
    [],
  );
  t.diagnostic(`${KILLS} kills, ${unanswered} of them before the answer`);
});

test("a rebuild with a second thread leaks nothing into its files", async (t) => {
  const api = await runApi();
  const { log } = api.organization;
  const head = await log.head();
  const register = (n: number) =>
    encodeEvent({
      type: "ClientRegistered",
      data: { ...CLIENT_DATA, name: `${CLIENT} ${n}` },
      seq: head + n,
      id: newUuid(),
      stream: head + n,
      version: 1,
      at: Date.now(),
      actor: 2,
    });
  for (let n = 0; n < LONG; n += 1_000) await log.append(Array.from({ length: 1_000 }, (_, i) => register(n + i + 1)));
  const fileKey = { key: randomBytes(32).toString("hex"), on: true };
  const device = await startDevice(api.base, { stored: { tokens: null, key: fileKey } });
  let secondFiles = 0;
  const leaks = new Set<string>();
  const watch = setInterval(() => {
    for (const name of readdirSync(device.folder)) {
      if (name === "invoify.sqlite.next-keyed") secondFiles++;
      if (readIfThere(join(device.folder, name)).includes(CLIENT)) leaks.add(name);
    }
  }, 20);
  t.after(() => clearInterval(watch));
  await device.ask("login", LOGIN);
  await device.until(upTo(head + LONG));
  clearInterval(watch);
  assert.ok(secondFiles > 0, "the second thread wrote a file");
  assert.deepEqual([...leaks], []);
  assert.deepEqual(filesWith(device, CLIENT), []);
  const { rows } = await device.ask<{ rows: { name: string }[] }>("listClients", { q: `grepvogel ${LONG}` });
  assert.deepEqual(
    rows.map(({ name }) => name),
    [`${CLIENT} ${LONG}`],
  );
});

test("an unreadable file is named, and the others are encrypted all the same", async () => {
  const api = await runApi();
  await registerClients(api, CLIENT);
  const folder = join(parent, `device-${++folders}`);
  mkdirSync(folder);
  writeFileSync(join(folder, "local.sqlite.damaged-1"), `SQLite format 3\0 and then ${TYPED}`);
  const device = await startDevice(api.base, { folder });
  await device.ask("login", LOGIN);
  await device.until(upTo(await headOf(api)));
  const { left } = await device.ask<Encryption>("setEncryption", { on: true });
  assert.deepEqual(left, ["local.sqlite.damaged-1"]);
  assert.deepEqual(filesWith(device, CLIENT), []);
});

test("a shell that cannot store a key does not encrypt files, and says so", async () => {
  const device = await startDevice("http://127.0.0.1:9", { stored: { tokens: null, key: undefined } });
  assert.deepEqual(await device.ask("getEncryption"), { available: false, on: false, left: [] });
  const refused = await device.link.call("setEncryption", { on: true });
  assert.equal(!refused.ok && refused.failure.code, "NO_KEY_STORE");
});

test("a call during the start of the worker waits for its files", async () => {
  const gate = Promise.withResolvers<void>();
  const storing = Promise.withResolvers<void>();
  const link = new WorkerLink({
    spawn: () => forkWorker({ program }),
    start: {
      folder: join(parent, `device-${++folders}`),
      server: null,
      tokens: null,
      appVersion: "1.2.3",
      fileKey: { key: "00".repeat(32), on: false }, // no file needs the key: the worker asks the shell to delete it
    },
    storeTokens: async () => {},
    storeKey: async () => {
      storing.resolve();
      await gate.promise;
    },
  });
  const started = link.start();
  after(() => link.close());
  await storing.promise;
  const reply = link.call("getStatus", {});
  gate.resolve();
  await started;
  assert.ok((await reply).ok, JSON.stringify(await reply));
});
