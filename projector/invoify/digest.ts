/** `invoify digest`: one hash over all rows of a cache. Equal digests are equal caches. */
import { readCheckpoint } from "../cache/checkpoint.ts";
import { digestOf } from "../cache/digest.ts";
import { defineCommand, JSON_OUTPUT } from "../command-line/command.ts";
import { withCache } from "../command-line/logs-and-caches.ts";
import { tableText } from "../command-line/table-text.ts";
import { countText } from "../text/figures.ts";

export const digest = defineCommand({
  name: "digest",
  about: `SHA-256 over tables by name, rows by key, columns in order; the log's id and the
checkpoint are in, search indexes and all that is only local are not. Two caches
of the same log at the same event have the same digest.`,
  positionals: ["FILE"],
  options: {
    tables: { type: "boolean", help: "the digest of each table too: where two caches differ" },
    json: JSON_OUTPUT,
  },
  async run({ values, positionals }, terminal) {
    await withCache(positionals[0] ?? "", (db, path) => {
      const found = digestOf(db);
      const { logId, seq } = readCheckpoint(db);
      if (values.json) terminal.out(JSON.stringify({ cache: path, log: logId, seq, ...found }));
      else if (!values.tables) terminal.out(found.digest);
      else {
        const rows = found.tables.map(({ table, rows, digest }) => [table, countText(rows), digest]);
        terminal.out(tableText([...rows, ["all", "", found.digest]], { right: [1] }));
      }
    });
    return 0;
  },
});
