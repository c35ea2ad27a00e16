/** What a document's file is made from: of an issued one as it was at its issue, of a draft as it would be issued now. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CLIENT_INPUT, LINE } from "../../events/business/office.suite.ts";
import { PROFILE } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { openCacheForReading } from "../cache/cache.ts";
import { openOffice } from "../writer/office.suite.ts";
import { checkDocument } from "./check-document.ts";
import { documentIn } from "./document-in.ts";

const folder = temporaryFolder();
const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const AFTER = { ...PROFILE, legalName: "Renamed Ltd", language: "fr" };

test("what an issued document's paper shows does not change with the profile, the client and the logo", async (t) => {
  const office = await openOffice(t, folder);
  const does: typeof office.accepts = (...all) => office.accepts(...all);
  await does("ChangeLogo", { logo: { mediaType: "image/png", image: PNG } });
  const client = await does("RegisterClient", { ...CLIENT_INPUT, language: "de" });
  const issued = await does("DraftInvoice", { clientId: client.stream, lines: [LINE] });
  const draft = await does("DraftInvoice", { clientId: client.stream, lines: [LINE] });
  await does("IssueInvoice", {}, { id: issued.stream });
  const read = (id: number) => {
    const db = openCacheForReading(office.cachePath);
    try {
      return documentIn({ db, nowMs: office.clock.nowMs }, id);
    } finally {
      db.close();
    }
  };
  const [issuedBefore, draftBefore] = [read(issued.stream), read(draft.stream)];
  assert.deepEqual(
    [issuedBefore.language, issuedBefore.logo?.mediaType, issuedBefore.number],
    ["de", "image/png", "INV-00001"],
  );
  assert.deepEqual([draftBefore.number, draftBefore.status, draftBefore.invoice.number], [null, "draft", ""]);
  assert.equal(draftBefore.invoice.issuedOn, "2024-03-15", "it would be issued today");
  assert.deepEqual(draftBefore.invoice.buyer, issuedBefore.invoice.buyer);
  assert.deepEqual(draftBefore.invoice.seller, issuedBefore.invoice.seller);

  await does("ChangeProfile", AFTER);
  await does("ChangeLogo", { logo: null });
  await does("ChangeClientDetails", { ...CLIENT_INPUT, name: "Renamed client", language: "it" }, { id: client.stream });
  assert.deepEqual(read(issued.stream), issuedBefore);
  const draftAfter = read(draft.stream);
  assert.deepEqual([draftAfter.invoice.seller.name, draftAfter.invoice.buyer.name], ["Renamed Ltd", "Renamed client"]);
  assert.deepEqual([draftAfter.logo, draftAfter.language], [null, "it"]);
});

test("a draft without a client, and without lines, is a document too, and its check says what is missing", async (t) => {
  const office = await openOffice(t, folder);
  const { stream } = await office.accepts("DraftInvoice", {});
  const db = openCacheForReading(office.cachePath);
  t.after(() => db.close());
  const source = documentIn({ db, nowMs: office.clock.nowMs }, stream);
  assert.deepEqual([source.invoice.lines, source.invoice.buyer.name], [[], ""]);
  const terms = checkDocument(source, "ubl").map(({ term }) => term);
  assert.ok(terms.includes("BT-44") && terms.includes("BG-25"), terms.join());
  assert.ok(!terms.includes("BT-1"));
});

test("an id of another kind is no document", async (t) => {
  const office = await openOffice(t, folder);
  const db = openCacheForReading(office.cachePath);
  t.after(() => db.close());
  assert.throws(() => documentIn({ db, nowMs: 0 }, 1), { rule: "UNKNOWN_INVOICE" });
});
