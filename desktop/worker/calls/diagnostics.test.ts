/** Diagnostics of this device, and the part that may leave it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { digestOf } from "../../../projector/cache/digest.ts";
import { issueInvoice } from "../../app-tests/sales.suite.ts";
import { desktopAt, headOf, OWNER, registerClients, runApi, startDesktop } from "../sync/desktop.suite.ts";

const SECRET_NAME = "Confidential Partners Ltd";
const api = await runApi();
const [client = 0] = await registerClients(api, SECRET_NAME);
// One piece at 98,765.43, without VAT.
const line = { description: "A secret thing", quantity6: 1_000_000, unit: "C62", price6: 98_765_430_000 };
await issueInvoice(api, { clientId: client, lines: [{ ...line, vatCategory: "Z", vatRate3: 0 }] });
const seat = await desktopAt(api);

test("getDiagnostics has versions, files, checkpoints, and the latest syncs", async () => {
  const diagnostics = await seat.ask("getDiagnostics");
  const head = await headOf(api);
  assert.deepEqual(
    [diagnostics.status.checkpoint, diagnostics.mirror, diagnostics.folder],
    [head, { generation: 1, head }, seat.folder],
  );
  assert.deepEqual(Object.keys(diagnostics.versions), ["app", "node", "sqlite", "projector", "system"]);
  const names = diagnostics.files.map(({ name }) => name);
  for (const expected of ["invoify.sqlite", "local.sqlite", `${api.logId}.1.mirror.sqlite`])
    assert.ok(names.includes(expected), `${expected} among ${names.join()}`);
  assert.ok(diagnostics.files.every(({ bytes }) => bytes >= 0));
  assert.equal(diagnostics.syncs.at(-1)?.events, head);
  assert.equal(diagnostics.syncs[0]?.error, null);
});

test("getDiagnostics has the cache's digest only on request", async () => {
  assert.equal((await seat.ask("getDiagnostics")).digest, null);
  const { digest } = await seat.ask("getDiagnostics", { digest: true });
  assert.equal(digest, digestOf(seat.desktop.reader).digest);
});

/** Data about the company, its people or this computer's user. */
const PERSONAL = [
  "A secret thing",
  SECRET_NAME,
  OWNER.name,
  OWNER.email,
  OWNER.password,
  "Olive",
  "@",
  "9876543",
  new URL(api.base).host,
  `:${new URL(api.base).port}`,
  "127.0.0.1",
  "http",
  api.token,
];

function assertHarmless(text: string, folder: string, refreshToken: string): void {
  for (const secret of [...PERSONAL, folder, folder.split("/").at(-1) ?? folder, refreshToken])
    assert.ok(!text.includes(secret), `${secret} is in ${text}`);
  // Any token: base64url, and longer than anything but a digest.
  assert.doesNotMatch(text.replace(/"[0-9a-f]{64}"/, ""), /eyJ[\w-]+\.|[\w-]{45,}/);
}

test("exportDiagnostics contains no name, address, amount, token or folder", async () => {
  const { name, text } = await seat.ask("exportDiagnostics");
  assert.match(name, /^invoify-diagnostics-\d{4}-\d\d-\d\d\.json$/);
  const diagnostics = JSON.parse(text);
  assert.equal(diagnostics.digest, digestOf(seat.desktop.reader).digest);
  assert.deepEqual(
    [diagnostics.status.role, diagnostics.hasServer, diagnostics.status.checkpoint],
    ["owner", true, await headOf(api)],
  );
  assertHarmless(text, seat.folder, seat.stored.tokens?.refreshToken ?? assert.fail());
});

test("exportDiagnostics after a failure has its code, and not its message", async () => {
  const broken = (async () => {
    throw new TypeError(`fetch failed for ${OWNER.email} at ${api.base}`);
  }) as typeof fetch;
  await seat.close();
  const again = await startDesktop({ server: api.base, folder: seat.folder, stored: seat.stored, fetch: broken });
  await again.until(({ error }) => error !== null);
  const { text } = await again.ask("exportDiagnostics");
  assert.deepEqual(JSON.parse(text).status.error, { code: "UNREACHABLE" });
  assert.equal(JSON.parse(text).syncs[0].error, "UNREACHABLE");
  assertHarmless(text, again.folder, again.stored.tokens?.refreshToken ?? assert.fail());
});

test("diagnostics are available before a login", async () => {
  const fresh = await startDesktop();
  const diagnostics = await fresh.ask("getDiagnostics", { digest: true });
  assert.deepEqual(
    [diagnostics.digest, diagnostics.mirror, diagnostics.syncs, diagnostics.status.initialized],
    [null, null, [], false],
  );
  assert.equal(JSON.parse((await fresh.ask("exportDiagnostics")).text).hasServer, false);
});

test("settings survive a restart; an invalid setting is refused and changes nothing", async () => {
  const device = await startDesktop();
  assert.deepEqual(await device.ask("getSettings"), { theme: "system", locale: null });
  await device.ask("setSettings", { theme: "dark" });
  await device.ask("setSettings", { locale: "de-DE" });
  assert.equal(await device.refused("setSettings", { locale: "no such language" }), "NOT_VALID");
  assert.equal(await device.refused("setSettings", { theme: "pink" } as never), "NOT_VALID");
  await device.close();
  const again = await startDesktop({ folder: device.folder });
  assert.deepEqual(await again.ask("getSettings"), { theme: "dark", locale: "de-DE" });
  await again.ask("setSettings", { locale: null });
  assert.deepEqual(await again.ask("getSettings"), { theme: "dark", locale: null });
});
