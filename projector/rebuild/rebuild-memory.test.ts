/**
 * The memory of a rebuild and of following, with events that are as long as they can be: bounded, however many there
 * are.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { completeDraft } from "../../events/document/complete-draft.ts";
import { type EncodedEvent, encodeEvent } from "../../events/encoding/event.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { DRAFT_LIMITS } from "../../events/values/size-limits.ts";
import { aDraft, aLine, FIXED_AMOUNT } from "../../fixtures/data/builders.ts";
import { idOf, organizationRegistered } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { pickCount } from "../../fixtures/tests/pick-count.ts";

const CHILD = fileURLToPath(new URL("./rebuild-memory.child.ts", import.meta.url));
/** Of 150 with allowances, a rebuild took 1,077 MiB when it counted rows every 32 events. */
const DRAFTS = pickCount({ usual: 64, long: 800 });
/** The budget of a rebuild of any log. */
const MOST_MIB = 512;

const folder = temporaryFolder();
const run = promisify(execFile);

/** Each draft with the longest texts that fit, or with the most rows that fit. */
const SHAPES = {
  "2,000 long lines": Array(DRAFT_LIMITS.lines).fill(aLine({ description: "Long and longer. ".repeat(29) })),
  "40,000 allowances": Array(DRAFT_LIMITS.lines).fill(
    aLine({
      description: "x",
      adjustments: Array(DRAFT_LIMITS.lineAdjustments).fill({
        ...{ kind: "allowance", reason: "x", ...FIXED_AMOUNT, amountMinor: 0 },
      }),
    }),
  ),
};

function* draftsOf(lines: (typeof SHAPES)[keyof typeof SHAPES]): Iterable<EncodedEvent> {
  const content = completeDraft(aDraft({ currency: "EUR", lines }), "EUR");
  yield organizationRegistered();
  for (let seq = 2; seq <= DRAFTS + 1; seq++) {
    const place = { seq, id: idOf(seq), stream: seq, version: 1, at: Date.UTC(2024, 0, 1) + seq, actor: 0 };
    yield encodeEvent({ ...place, type: "InvoiceDrafted", data: { kind: "invoice", correctsId: null, content } });
  }
}

for (const [shape, lines] of Object.entries(SHAPES)) {
  const logPath = join(folder, `${lines[0]?.adjustments.length}.sqlite`);
  test(`a log of ${DRAFTS} drafts with ${shape} is made`, async () => {
    const log = SqliteLog.open(logPath, { create: true });
    for (const event of draftsOf(lines)) await log.append([event]);
    await log.close();
    assert.ok(statSync(logPath).size > DRAFTS * 500_000);
  });
  for (const mode of ["one thread", "two threads", "follow"])
    test(`${shape}: ${mode === "follow" ? mode : `a rebuild on ${mode}`} takes a bounded amount of memory`, async () => {
      const cachePath = `${logPath}.${mode}.cache`;
      const { stdout } = await run(process.execPath, [CHILD, mode, logPath, cachePath]);
      assert.ok(Number(stdout) < MOST_MIB, `${stdout.trim()} MiB`);
    });
}
