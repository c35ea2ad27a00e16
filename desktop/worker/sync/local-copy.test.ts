import assert from "node:assert/strict";
import { test } from "node:test";
import { LogError } from "../../../events/errors.ts";
import { openDatabase } from "../../../events/sources/sqlite/open-database.ts";
import { newUuid, uuidText } from "../../../events/uuid.ts";
import { temporaryFolder } from "../../../fixtures/data/temporary-folder.ts";
import { LocalCopy } from "./local-copy.ts";

test("isMirrorDamaged() tells a damaged mirror from a damaged response, whatever the message says", (t) => {
  const copy = LocalCopy.open(temporaryFolder(), uuidText(newUuid()), 1);
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
