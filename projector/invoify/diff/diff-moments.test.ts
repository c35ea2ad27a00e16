/** `invoify diff LOG|CACHE --from A --to B`: text, CSV, JSON and exit codes, the same on a log and on its cache. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { parse } from "csv-parse/sync";
import { temporaryFolder } from "../../../fixtures/data/temporary-folder.ts";
import { does, fails, invoify } from "../invoify.suite.ts";

const LOG = fileURLToPath(new URL("../../../fixtures/logs/every-event.ndjson", import.meta.url));
const folder = temporaryFolder();
const cache = join(folder, "cache.sqlite");
await does(["replay", "--from", LOG, "--to", cache]);
const SPAN = ["--from", "event:67", "--to", "event:71"];

test("diff of two moments shows counts, sums before and after, and each thing with both states", async () => {
  const { exitCode, stdout, stderr } = await invoify(["diff", cache, ...SPAN]);
  assert.deepEqual([exitCode, stderr], [1, ""]);
  assert.match(stdout, /^from event 67, .+\nto event 71, .+: 4 events$/m);
  assert.match(stdout, /^Refunds +3 +0 +0$/m);
  assert.match(stdout, /^Payments +0 +\d +0$/m);
  assert.match(stdout, /^These refunds +Amount +0 JPY +[\d,]+ JPY/m);
  assert.match(stdout, /^All clients +Credit +[\d,]+ JPY +[\d,]+ JPY +-6,000 JPY$/m);
  assert.match(
    stdout,
    /^Payment R-3, 鈴木商店: changed\n {2}Refunded +0 JPY +-> +6,000 JPY\n {2}event 69: Refund paid, by .+$/m,
  );
  const log = await invoify(["diff", LOG, ...SPAN]);
  assert.deepEqual([log.exitCode, log.stdout], [1, stdout]);
});

test("diff of two moments prints every value as CSV, and the whole as JSON", async () => {
  const csv = await invoify(["diff", cache, ...SPAN, "--csv"]);
  const lines = parse(csv.stdout, { columns: true }) as Record<string, string>[];
  const refunded = lines.find(({ Name, Column }) => Name === "R-3" && Column === "Refunded");
  assert.deepEqual(
    [refunded?.Kind, refunded?.Change, refunded?.Currency, refunded?.Before, refunded?.After],
    ["Payment", "Changed", "JPY", "0", "6000"],
  );
  const json = await invoify(["diff", cache, ...SPAN, "--json", "--examples", "1"]);
  const { from, to, kinds, rows } = JSON.parse(json.stdout);
  assert.deepEqual([from.seq, to.seq, json.exitCode], [67, 71, 1]);
  assert.equal(rows.length, kinds.length);
  const ofRefunds = kinds.find(({ kind }: { kind: string }) => kind === "refund");
  assert.deepEqual([ofRefunds.new, ofRefunds.changed, ofRefunds.gone], [3, 0, 0]);
});

test("diff of two moments prints no line for a value that there is neither before nor after", async () => {
  const { stdout } = await invoify(["diff", cache, "--from", "event:1", "--csv"]);
  const lines = parse(stdout, { columns: true }) as Record<string, string>[];
  const empty = lines.filter(({ Column, Before, After }) => Column !== "" && Before === "" && After === "");
  const later = await invoify(["diff", cache, "--from", "event:30", "--csv"]);
  const changed = parse(later.stdout, { columns: true }) as Record<string, string>[];
  empty.push(...changed.filter(({ Column, Before, After }) => Column !== "" && Before === "" && After === ""));
  assert.deepEqual(empty, []);
});

test("diff of a moment with itself finds nothing, and exits with 0", async () => {
  assert.match(await does(["diff", cache, "--from", "event:80", "--to", "event:80"]), /\n\nNothing changed\.$/);
  assert.equal((await does(["diff", cache, "--from", "event:80", "--to", "event:80", "--csv"])).split("\n").length, 1);
});

test("diff refuses moments that do not exist, and other arguments that do not go together", async () => {
  await Promise.all([
    fails(["diff", cache, "--from", "event:9999"], 2, /--from: must be an event up to \d+/),
    fails(["diff", cache, "--from", "event:9", "--to", "event:8"], 2, /--from: must not be later than/),
    fails(["diff", cache, "--from", "banana"], 2, /--from: .*not a/),
    fails(["diff", cache], 2, /diff needs a second CACHE, or --from/),
    fails(["diff", cache, cache, "--from", "event:9"], 2, /not both/),
  ]);
});
