/** Files of earlier releases stay: nothing in them can be fetched again. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openDatabase } from "../../../events/sources/sqlite/open-database.ts";
import { temporaryFolder } from "../../../fixtures/data/temporary-folder.ts";
import { TrustStore } from "../../../projector/trust/trust-store.ts";
import { LocalStore } from "./local-store.ts";

/** The tables of format 1, and the one that format 2 added, as those releases made them. */
const FORMAT_1 = `
  CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE known_log (id TEXT PRIMARY KEY, server TEXT NOT NULL, generation INTEGER NOT NULL, email TEXT) STRICT;
  CREATE TABLE sync_log (n INTEGER PRIMARY KEY, at INTEGER NOT NULL, log TEXT NOT NULL, seq INTEGER NOT NULL,
    events INTEGER NOT NULL, duration_ms INTEGER NOT NULL, error TEXT) STRICT;
  INSERT INTO setting VALUES ('settings', '{"theme":"dark"}');
  INSERT INTO known_log VALUES ('log-1', 'https://invoices.example', 3, 'olive@example.com');`;
const FORMAT_2 = `
  CREATE TABLE kept_input (log TEXT NOT NULL, user INTEGER NOT NULL, form TEXT NOT NULL, text TEXT NOT NULL,
    at INTEGER NOT NULL, sending TEXT, copy INTEGER NOT NULL, PRIMARY KEY (log, user, form)) STRICT;
  INSERT INTO kept_input VALUES ('log-1', 2, 'client/new', '{}', 7, NULL, 0);`;

test("LocalStore.open() keeps what files of earlier formats contain, and adds what they lack", () => {
  for (const [format, sql] of [
    [1, FORMAT_1],
    [2, FORMAT_1 + FORMAT_2],
  ] as const) {
    const folder = temporaryFolder();
    const path = join(folder, "local.sqlite");
    const old = openDatabase(path);
    old.exec(sql);
    old.pragma("application_id = 0x496e766c");
    old.pragma(`user_version = ${format}`);
    old.close();
    for (const opening of ["first", "second"]) {
      const store = LocalStore.open(path);
      assert.deepEqual(store.setting("settings"), { theme: "dark" }, opening);
      assert.equal(store.knownLog("log-1")?.generation, 3);
      const inputs = store.db.prepare("SELECT count(*) FROM kept_input").pluck().get();
      assert.equal(inputs, format - 1);
      const trust = new TrustStore(store.db, "log-1");
      assert.deepEqual([trust.keys(), trust.checkpoints()], [[], []]);
      store.close();
    }
    assert.deepEqual(readdirSync(folder), ["local.sqlite"], "no damaged file was set aside");
  }
});
