import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { LogError } from "../../../events/errors.ts";
import { openDatabase } from "../../../events/sources/sqlite/open-database.ts";
import { newUuid, uuidText } from "../../../events/uuid.ts";
import { temporaryFolder } from "../../../fixtures/data/temporary-folder.ts";
import { TrustStore } from "../../../projector/trust/trust-store.ts";
import { LocalStore } from "../files/local-store.ts";
import { LocalCopy } from "./local-copy.ts";

test("isMirrorDamaged() tells a damaged mirror from a damaged response, whatever the message says", (t) => {
  const folder = temporaryFolder();
  const store = LocalStore.open(join(folder, "local.sqlite"));
  t.after(() => store.close());
  const copy = LocalCopy.open(folder, 1, new TrustStore(store.db, uuidText(newUuid())));
  t.after(() => copy.close());
  const db = openDatabase(copy.mirrorPath);
  t.after(() => db.close());
  db.prepare("INSERT INTO event (seq, body) VALUES (2, x'00')").run(); // event 1 is missing
  assert.throws(
    () => copy.bodyAt(1),
    (error) => copy.isMirrorDamaged(error),
  );
  const response = new LogError("DAMAGED", `${copy.mirrorPath}.example: sent 3 events, 2 were requested`);
  assert.equal(copy.isMirrorDamaged(response), false);
});
