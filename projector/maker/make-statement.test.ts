/** A client's statement of account, from a cache to its file. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CLIENT_INPUT, LINE } from "../../events/business/office.suite.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { openCacheForReading } from "../cache/cache.ts";
import { statementIn } from "../documents/statement-in.ts";
import { openOffice } from "../writer/office.suite.ts";
import { makeStatement } from "./make-statement.ts";

const folder = temporaryFolder();

test("a statement states the account in its range of days, in the client's language, and is named after both", async (t) => {
  const office = await openOffice(t, folder);
  const does: typeof office.accepts = (...all) => office.accepts(...all);
  await does("ChangeProfile", { iban: "GB33BUKB20201555555555", bic: "BUKBGB22" });
  const { stream: client } = await does("RegisterClient", { ...CLIENT_INPUT, name: "Søren / Co", language: "de" });
  for (const issuedOn of ["2024-03-01", "2024-03-10"]) {
    const { stream } = await does("DraftInvoice", { clientId: client, currency: "GBP", lines: [LINE] });
    await does("IssueInvoice", { issuedOn }, { id: stream });
  }
  const db = openCacheForReading(office.cachePath);
  t.after(() => db.close());
  const read = (range: object) =>
    statementIn({ db, nowMs: office.clock.nowMs }, { client, currency: "GBP", ...range }) ?? assert.fail();
  const all = read({});
  assert.deepEqual([all.language, all.on, all.buyer.name], ["de", "2024-03-15", "Søren / Co"]);
  assert.deepEqual(all.accounts, [{ account: "GB33BUKB20201555555555", name: null, bic: "BUKBGB22" }]);
  assert.equal(all.statement.entries.length, 2);
  const early = read({ to: "2024-03-05" });
  assert.deepEqual(
    early.statement.entries.map(({ on }) => on),
    ["2024-03-01"],
  );
  assert.deepEqual(
    early.statement.open.map(({ issued_on }) => issued_on),
    ["2024-03-01"],
  );
  assert.ok(early.statement.closing_minor < all.statement.closing_minor);

  const [file, again, ofEarly] = [all, all, early].map(makeStatement);
  assert.equal(file?.name, "Statement Søren - Co GBP 2024-03-15.pdf");
  assert.equal(ofEarly?.name, "Statement Søren - Co GBP 2024-03-05.pdf");
  assert.deepEqual(file, again);
  assert.notDeepEqual(file?.file.bytes, ofEarly?.file.bytes);
  assert.equal(statementIn({ db, nowMs: 0 }, { client: 1, currency: "GBP" }), undefined);
});

test("a client's name of any length leaves the day in the file's name", async (t) => {
  const office = await openOffice(t, folder);
  const { stream: client } = await office.accepts("RegisterClient", { ...CLIENT_INPUT, name: "x".repeat(200) });
  const db = openCacheForReading(office.cachePath);
  t.after(() => db.close());
  const source = statementIn({ db, nowMs: office.clock.nowMs }, { client, currency: "EUR" }) ?? assert.fail();
  assert.match(makeStatement(source).name, /^Statement x+ EUR 2024-03-15\.pdf$/);
});
