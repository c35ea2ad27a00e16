/** The writer decides random business as books in memory do: its books are tables, theirs are the events. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { openMemoryOffice } from "../../events/business/memory-office.suite.ts";
import type { Office } from "../../events/business/office.suite.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { pickCount } from "../../fixtures/tests/pick-count.ts";
import { openOffice } from "../writer/office.suite.ts";
import { business, playBusiness, type Wish } from "./random-business.suite.ts";
import { RANDOM_PROFILE } from "./random-inputs.suite.ts";

const RUNS = pickCount({ usual: 12, long: 300 });
const folder = temporaryFolder();

async function factsOf(office: Office, wishes: readonly Wish[]): Promise<object[]> {
  await playBusiness(office, wishes);
  return (await office.events()).map(({ type, stream, version, at, data }) => ({ type, stream, version, at, data }));
}

/** Events of the writer's office, which is closed afterwards: in time for the next try. */
async function writtenFacts(wishes: readonly Wish[]): Promise<object[]> {
  const closing: (() => unknown)[] = [];
  const during = { after: (close: () => unknown) => closing.push(close) } as unknown as TestContext;
  try {
    return await factsOf(await openOffice(during, folder, { profile: RANDOM_PROFILE }), wishes);
  } finally {
    for (const close of closing) await close();
  }
}

test("the writer and books in memory decide the same events", async () => {
  await fc.assert(
    fc.asyncProperty(business, async (wishes) => {
      const expected = await factsOf(await openMemoryOffice(null, { profile: RANDOM_PROFILE }), wishes);
      assert.deepEqual(await writtenFacts(wishes), expected);
    }),
    { numRuns: RUNS, unbiased: true },
  );
});
