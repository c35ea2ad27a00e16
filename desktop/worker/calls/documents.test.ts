/** The files of documents, as windows get them: made on the device, also while it is offline, and beside its queries. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { draftInvoice, issueInvoice } from "../../app-tests/sales.suite.ts";
import { desktopAt, registerClients, runApi } from "../sync/desktop.suite.ts";

const api = await runApi();
const [client = 0] = await registerClients(api, "Ada Ltd");
const before = (await api.organization.log.head()) ?? 0;
const invoice = await issueInvoice(api, { clientId: client });
const draft = await draftInvoice(api, { clientId: client });
const seat = await desktopAt(api);
await api.api.close(); // from here on it is offline

const bytesOf = ({ base64 }: { base64: string }) => Buffer.from(base64, "base64");

test("documentFile makes the same file as the server, in every format, without a connection", async () => {
  const facturX = await seat.ask("documentFile", { id: invoice, format: "factur-x" });
  assert.equal(facturX.mediaType, "application/pdf");
  assert.match(facturX.name, /^INV-00001 .+\.pdf$/);
  assert.ok(bytesOf(facturX).includes("<fx:DocumentFileName>factur-x.xml<"));
  const ubl = await seat.ask("documentFile", { id: invoice, format: "ubl" });
  assert.equal(ubl.mediaType, "application/xml");
  assert.ok(bytesOf(ubl).includes("INV-00001"));
});

test("documentFile makes a draft as PDF only", async () => {
  const { name } = await seat.ask("documentFile", { id: draft, format: "pdf" });
  assert.match(name, new RegExp(`^draft ${draft} `));
  assert.equal(await seat.refused("documentFile", { id: draft, format: "cii" }), "NOT_ISSUED");
  assert.equal(await seat.refused("documentFile", { id: client, format: "pdf" }), "UNKNOWN_INVOICE");
});

test("documentFile takes a moment, and then makes the document as it stood there", async () => {
  assert.equal(
    await seat.refused("documentFile", { id: invoice, format: "pdf", at: `event:${before}` }),
    "UNKNOWN_INVOICE",
  );
  const draftThen = await seat.ask("documentFile", { id: invoice, format: "pdf", at: `event:${invoice}` });
  assert.match(draftThen.name, /^draft /);
});

test("documents are made in another thread, one after the other, and all of them", async () => {
  const { cache } = createRequire(import.meta.url);
  const all = await Promise.all(
    Array.from({ length: 12 }, (_, n) => seat.ask("documentFile", { id: invoice, format: n % 2 ? "pdf" : "factur-x" })),
  );
  assert.equal(new Set(all.map(({ base64 }) => base64)).size, 2);
  assert.deepEqual(
    Object.keys(cache).filter((path) => path.includes("typst")),
    [],
    "what sets pages is not even loaded here",
  );
});
