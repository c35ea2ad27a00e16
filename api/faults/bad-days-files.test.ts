/**
 * Deliveries on bad days: servers that are killed, or lose their database, between a file and its event; two servers that deliver
 * the same document at once; a full disk; files that are too large. A delivery has one file, and it can be found.
 */

import assert from "node:assert/strict";
import { once } from "node:events";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type BlobStore, MAX_BLOB_BYTES } from "../../events/blobs/blob-store.ts";
import { canMount, emptyDisk, fillDisk, onSmallDisk, seenBy } from "../../fixtures/data/small-disk.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { InsertCutter } from "../../fixtures/mongodb/insert-cutter.ts";
import { sharedMongoUrl } from "../../fixtures/mongodb/server.ts";
import { temporaryDatabases } from "../../fixtures/mongodb/temporary-databases.ts";
import { throughProxy } from "../../fixtures/mongodb/through-proxy.ts";
import { until } from "../../fixtures/tests/until.ts";
import { newEnvironment, serveProcess } from "../served-process.suite.ts";
import { call, logIn, newConfig, newKey, openOffice, PASSWORD, signUp, startApi } from "../sessions/people.suite.ts";
import { assertRetryable, drafting, issuing, registration, type SentCommand, send } from "./bad-days.suite.ts";

const MAKER = new URL("file-maker.child.ts", import.meta.url);
const DYING = join(import.meta.dirname, "dies-after-file.child.ts");
const url = await sharedMongoUrl();
const databases = url === null ? null : temporaryDatabases(url);
const STORES = ["embedded", ...(databases ? ["MongoDB"] : [])];
if (!databases) test("MongoDB", { skip: "no MongoDB server" }, () => {});
const mongoOf = (store: string) => (store === "embedded" ? null : (databases?.newDatabase() ?? assert.fail()));

const delivering = (invoice: number, how = "sent", format = "ubl"): SentCommand => {
  return { key: newKey(), method: "POST", path: `/api/invoices/${invoice}/delivered`, body: { how, format } };
};

interface Delivery {
  how: string;
  file_sha256: string;
}

/** An issued invoice. */
async function newInvoice(base: string, token: string): Promise<number> {
  const client = (await send(base, token, registration())) ?? assert.fail();
  const { stream } = (await send(base, token, drafting(client.stream))) ?? assert.fail();
  assert.ok(await send(base, token, issuing(stream)));
  return stream;
}

async function deliveriesOf(base: string, token: string, id: number): Promise<Delivery[]> {
  const { status, body, text } = await call(base, "GET", `/api/invoices/${id}`, undefined, { token });
  assert.equal(status, 200, text);
  return body.deliveries as Delivery[];
}

/** Every file that is named is there; `GET` compares its bytes with its name. @returns the different ones */
async function filesOf(base: string, token: string, id: number): Promise<string[]> {
  const names = new Set((await deliveriesOf(base, token, id)).map((one) => one.file_sha256));
  for (const name of names)
    assert.equal((await call(base, "GET", `/api/blobs/${name}`, undefined, { token })).status, 200);
  return [...names];
}

for (const store of STORES)
  test(`${store}: a server that is killed between a file and its event leaves no delivery, and the same request delivers`, async (t) => {
    const mongo = mongoOf(store);
    const environment = newEnvironment(join(temporaryFolder(), "data"), mongo === null ? {} : { MONGODB_URL: mongo });
    const first = await serveProcess(t, environment);
    const { token } = await signUp(first.base);
    const id = await newInvoice(first.base, token);
    await first.kill();
    const sending = delivering(id);
    for (let kill = 0; kill < 3; kill++) {
      const dying = await serveProcess(t, environment, { program: DYING });
      const ended = once(dying.process, "close");
      assert.equal(await send(dying.base, token, sending), null, "it was killed before it responded");
      assert.equal((await ended)[1], "SIGKILL");
    }
    const server = await serveProcess(t, environment);
    assert.deepEqual(await deliveriesOf(server.base, token, id), []);
    const written = await send(server.base, token, sending);
    assert.deepEqual(await send(server.base, token, sending), written ?? assert.fail());
    assert.equal((await filesOf(server.base, token, id)).length, 1);
    assert.equal((await deliveriesOf(server.base, token, id)).length, 1);
  });

for (const store of STORES)
  test(`${store}: two servers that make different files of one document at once deliver one of them`, async () => {
    const mongo = mongoOf(store);
    const config = newConfig(mongo === null ? {} : { MONGODB_URL: mongo });
    const options = { documents: { program: MAKER } };
    const office = await openOffice(config, options);
    const { token, log } = office.owner;
    const other = await startApi(config, options);
    const bases = [office.base, other.base];
    for (let round = 0; round < 5; round++) {
      const id = await newInvoice(office.base, token);
      await until("the other server knows it", async () => {
        const { status } = await call(other.base, "GET", `/api/invoices/${id}`, undefined, { token });
        return status === 200;
      });
      const hows = ["print", "export", "pdf", "sent"];
      const answers = await Promise.all(hows.map((how, n) => send(bases[n % 2] ?? "", token, delivering(id, how))));
      assert.ok(answers.every((answer) => answer !== null));
      // Reads may be one second old.
      for (const base of bases)
        await until("all deliveries", async () => (await deliveriesOf(base, token, id)).length === hows.length);
      const files = await Promise.all(bases.map((base) => filesOf(base, token, id)));
      assert.equal(new Set(files.flat()).size, 1, "one truth");
      const path = `/api/invoices/${id}/document?format=ubl&at=2099-01-01`;
      const copies = await Promise.all(bases.map((base) => call(base, "GET", path, undefined, { token })));
      assert.equal(copies[0]?.status, 200);
      assert.equal(copies[0]?.text, copies[1]?.text);
    }
    const organization = (await office.api.organizations.get(log)) ?? assert.fail();
    const stored = await Array.fromAsync((await organization.blobs()).list());
    assert.ok(stored.length > 5, "the losers' files are left, and no event names them");
  });

test("a file that is too large to be kept is not delivered, and the answer says so", async () => {
  const { base, owner } = await openOffice(undefined, { documents: { program: MAKER } });
  const id = await newInvoice(base, owner.token);
  const { path, body } = delivering(id, "sent", "pdf");
  const answer = await call(base, "POST", path, body, { token: owner.token });
  assert.deepEqual([answer.status, answer.body.code], [500, "DOCUMENT_NOT_MADE"]);
  assert.match(
    String(answer.body.detail),
    new RegExp(`${MAX_BLOB_BYTES + 1} bytes, at most ${MAX_BLOB_BYTES} can be kept`),
  );
  assert.deepEqual(await deliveriesOf(base, owner.token, id), []);
  assert.ok(await send(base, owner.token, delivering(id)), "another format can be delivered");
});

if (databases)
  test("a database that is gone between a file and its event: 503, nothing is recorded, and the same request delivers", async (t) => {
    const { api, base, token, id, proxy, blobs } = await behindProxy(t);
    const sending = delivering(id);
    const { put } = blobs;
    blobs.put = async (bytes) => {
      const name = await put.call(blobs, bytes);
      proxy.shut();
      return name;
    };
    const refused = await call(base, "POST", sending.path, sending.body, {
      token,
      headers: { "idempotency-key": sending.key },
    });
    assertRetryable(refused);
    blobs.put = put;
    proxy.reopen();
    const written = await until("the delivery", async () => await send(base, token, sending));
    assert.deepEqual(await send(base, token, sending), written);
    assert.equal((await filesOf(base, token, id)).length, 1);
    assert.equal((await deliveriesOf(base, token, id)).length, 1);
    assert.equal((await Array.fromAsync(blobs.list())).length, 1, "the repeated request found its file again");
    await api.close();
  });

/** A server whose database is behind a proxy, and an issued invoice. */
async function behindProxy(t: TestContext) {
  const { client, newDatabase } = databases ?? assert.fail();
  const { primary } = await client.db("admin").command({ hello: 1 });
  const proxy = await InsertCutter.start(primary ?? client.options.hosts[0]?.toString());
  t.after(() => proxy.stop());
  const mongo = throughProxy(newDatabase(), proxy.address, "serverSelectionTimeoutMS=2000");
  const { api, base, owner } = await openOffice(newConfig({ MONGODB_URL: mongo }));
  const { token, log } = owner;
  const id = await newInvoice(base, token);
  const organization = (await api.organizations.get(log)) ?? assert.fail();
  const blobs: BlobStore = await organization.blobs();
  return { api, base, token, id, proxy, blobs };
}

test("a full disk: 503 and nothing is recorded; with room again the same request delivers", {
  skip: canMount ? false : "NO SMALL DISK CAN BE MOUNTED HERE: a full disk is not tested",
}, async (t) => {
  const dataFolder = join(temporaryFolder(), "data");
  const server = await serveProcess(t, newEnvironment(dataFolder), { around: onSmallDisk(dataFolder, "16m") });
  const { base } = server;
  const { token, email } = await signUp(base);
  const ids = [await newInvoice(base, token), await newInvoice(base, token)];
  const [first = 0, second = 0] = ids;
  assert.ok(await send(base, token, delivering(first)));
  const disk = seenBy(server.process.pid, dataFolder);
  fillDisk(disk);
  const sending = delivering(second);
  for (let n = 0; n < 3; n++) assert.equal(await send(base, token, sending), null, "503");
  assert.equal((await filesOf(base, token, first)).length, 1, "what is kept can be read");
  emptyDisk(disk);
  assert.ok(await until("the delivery", async () => await send(base, token, sending)));
  assert.equal((await logIn(base, email, PASSWORD)).email, email);
  for (const id of ids) assert.equal((await filesOf(base, token, id)).length, 1);
  assert.equal((await deliveriesOf(base, token, second)).length, 1);
});
