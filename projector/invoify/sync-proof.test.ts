/** `invoify sync` with a server that signs its history, or lies. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { openDatabase } from "../../events/sources/sqlite/open-database.ts";
import { logOf } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { fingerprintOfKeys, newKeys, SigningApi, type SigningKeys } from "../trust/signing-api.suite.ts";
import { does, fails, invoify, json } from "./invoify.suite.ts";

const folder = temporaryFolder();
let paths = 0;
const history = logOf(1_500).map(({ body }) => body);

/** Serves a `SigningApi` over HTTP. */
async function serve(t: TestContext, api: SigningApi): Promise<string> {
  const server = createServer(async ({ url = "" }, response) => {
    const answer = await api.fetch(new URL(url, "http://127.0.0.1"));
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("invoify sync verifies what it fetches, and says to which event", async (t) => {
  const api = new SigningApi(history.slice(0, 1_200));
  const to = join(folder, String(++paths));
  const args = ["sync", "--from", await serve(t, api), "--to", to];
  assert.match(await does(args), /1,200 new events, at 1,200 of log \S+, verified to 1,200/);
  api.bodies = history;
  assert.equal((await json(args)).verified, 1_500);
});

test("invoify sync names an altered event, and keeps what it has", async (t) => {
  const api = new SigningApi(history);
  const to = join(folder, String(++paths));
  const args = ["sync", "--from", await serve(t, api), "--to", to];
  const changed = Buffer.from(history[776] as Uint8Array);
  changed.writeUInt8((changed.at(-1) as number) ^ 1, changed.length - 1);
  api.signed = history.with(776, changed);
  await fails(args, 1, /event 777 is the first that differs.*sync --refetch/s);
  api.signed = null;
  assert.match(await does([...args, "--refetch"]), /verified to 1,500/);
});

test("a mirror that was edited after it was verified makes no cache, and is not taken for an altered server", async (t) => {
  const api = new SigningApi(history);
  const to = join(folder, String(++paths));
  const args = ["sync", "--from", await serve(t, api), "--to", to];
  await does(args);
  const edited = Buffer.from(history[776] as Uint8Array);
  edited.writeUInt8((edited.at(-1) as number) ^ 1, edited.length - 1);
  const mirror = openDatabase(join(to, `${api.logId}.1.mirror.sqlite`));
  mirror.prepare("UPDATE event SET body = ? WHERE seq = 777").run(edited);
  mirror.close();
  rmSync(join(to, "invoify.sqlite"));
  const found = /changed after it had been verified; the first difference is in events 769 to 1024; .*sync --refetch/s;
  await fails(args, 1, found);
  await fails(args, 1, found);
  const rewritten = logOf(1_500, 8).map(({ body }) => body);
  api.bodies = [...history.slice(0, 100), ...rewritten.slice(100)];
  await fails([...args, "--refetch"], 1, /signs another history than the one that it signed before/);
  api.bodies = history;
  assert.match(await does([...args, "--refetch"]), /verified to 1,500/);
});

test("invoify sync says who replaced the server's key and when, and what a restore lost", async (t) => {
  const api = new SigningApi(history.slice(0, 1_200));
  const from = await serve(t, api);
  const caches = [join(folder, String(++paths)), join(folder, String(++paths))];
  for (const to of caches) await does(["sync", "--from", from, "--to", to]);
  const first = fingerprintOfKeys(api.keys as SigningKeys);
  const [second, third] = [fingerprintOfKeys(api.rotate()), fingerprintOfKeys(api.rotate())];
  api.bodies = history;
  api.restore(1_400);
  const said = [
    `its key was replaced on 2026-11-28T12:00:00.000Z: the key ${first} named ${second} as the next one, which is trusted now`,
    `its key was replaced on 2026-11-28T12:00:00.000Z: the key ${second} named ${third} as the next one, which is trusted now`,
    "the log was restored from a backup on 2026-11-28T12:00:00.000Z: events 1,401 to 1,500 of before are lost, and generation 2 begins",
  ];
  const [text, asJson] = [
    await invoify(["sync", "--from", from, "--to", caches[0] as string]),
    await invoify(["sync", "--from", from, "--to", caches[1] as string, "--json"]),
  ];
  for (const { exitCode, stderr } of [text, asJson])
    assert.deepEqual([exitCode, stderr], [0, said.map((line) => `invoify: ${from}: ${line}\n`).join("")]);
  assert.deepEqual((JSON.parse(asJson.stdout) as { news: string[] }).news, said);
  await does(["sync", "--from", from, "--to", caches[0] as string]); // nothing is said twice
});

test("invoify sync trusts another key only if it is named", async (t) => {
  const api = new SigningApi(history.slice(0, 1_200));
  const to = join(folder, String(++paths));
  const args = ["sync", "--from", await serve(t, api), "--to", to];
  await does(args);
  api.bodies = history;
  api.keys = newKeys();
  const fingerprint = fingerprintOfKeys(api.keys);
  await fails(args, 1, new RegExp(`signs with another key: ${fingerprint}.*--trust-key`, "s"));
  await fails([...args, "--trust-key", fingerprintOfKeys(newKeys())], 1, /signs with another key/);
  assert.match(await does([...args, "--trust-key", fingerprint]), /verified to 1,500/);
  api.keys = null;
  await fails(args, 1, /no longer signs/);
  assert.doesNotMatch(await does([...args, "--trust-key", "none"]), /verified/);
});
