/** `invoify numbers`, on a log and on a cache. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { issuedOf } from "../../../events/business/office.suite.ts";
import { temporaryFolder } from "../../../fixtures/data/temporary-folder.ts";
import { openOffice } from "../../writer/office.suite.ts";
import { does, invoify, json } from "../invoify.suite.ts";

const LOG = fileURLToPath(new URL("../../../fixtures/logs/every-event.ndjson", import.meta.url));

test("numbers lists each period of a log's series, and each gap with the document that explains it", async () => {
  const text = await does(["numbers", LOG]);
  assert.match(text, /^invoices: next INV-0\d+$/m);
  assert.match(text, /^2024-03 +40 to 42 +2 documents +begins at 40, 1 passed over, no other gap$/m);
  assert.match(text, /^ +41 +RE\/24\.03\/041 +passed over: re\/24\.03\/041 is another document, stream \d+$/m);
  assert.match(text, /^ +\d+ +INV-\d+ +void$/m);
  assert.match(text, /^old system: numbers from elsewhere, not checked; 1 document$/m);
  const { series } = await json(["numbers", LOG]);
  const monthly = (series as { name: string; periods: { period: string; gaps: object[] }[] }[]).find(
    ({ name }) => name === "monthly",
  );
  assert.deepEqual(
    monthly?.periods.map(({ period, gaps }) => [period, gaps.length]),
    [
      ["2024-04", 0],
      ["2024-03", 1],
    ],
  );
});

test("numbers fails if a counter belongs to no document and was not passed over", async () => {
  const folder = temporaryFolder();
  const office = await openOffice({ after } as unknown as TestContext, folder);
  await issuedOf(office);
  assert.match(await does(["numbers", office.cachePath]), /^all +1 to 1 +1 document +no other gap$/m);
  const copy = join(folder, "copy.sqlite");
  await new Database(office.cachePath, { readonly: true }).backup(copy);
  const db = new Database(copy);
  db.exec("UPDATE series_counter SET last_number = 3");
  db.close();
  const { exitCode, stdout, stderr } = await invoify(["numbers", copy]);
  assert.match(stdout, /^all +1 to 3 +1 document +2 WITHOUT AN EXPLANATION$/m);
  assert.deepEqual([exitCode, stderr], [1, "invoify: 2 numbers without an explanation\n"]);
});
