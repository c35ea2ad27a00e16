/** `invoify digest`: prints one hash over all rows of a cache. Equal digests mean equal caches. */
import { readCheckpoint } from "../cache/checkpoint.ts";
import { digestOf } from "../cache/digest.ts";
import { defineCommand, JSON_OUTPUT } from "../command-line/command.ts";
import { withCache } from "../command-line/logs-and-caches.ts";
import { tableText } from "../command-line/table-text.ts";
import { countText } from "../text/figures.ts";

export const digest = defineCommand({
  name: "digest",
  about: `Prints a SHA-256 over tables by name, rows by key, and columns in order. It
includes the log's id and the checkpoint, but no search indexes or local data.
Two caches of the same log at the same event have the same digest.`,
  positionals: ["FILE"],
  options: {
    tables: { type: "boolean", help: "also print each table's digest, to see where two caches differ" },
    json: JSON_OUTPUT,
  },
  async run({ values, positionals }, terminal) {
    await withCache(positionals[0] ?? "", (db, path) => {
      const result = digestOf(db);
      const { logId, seq } = readCheckpoint(db);
      if (values.json) terminal.out(JSON.stringify({ cache: path, log: logId, seq, ...result }));
      else if (!values.tables) terminal.out(result.digest);
      else {
        const rows = result.tables.map(({ table, rows, digest }) => [table, countText(rows), digest]);
        terminal.out(tableText([...rows, ["all", "", result.digest]], { right: [1] }));
      }
    });
    return 0;
  },
});
