/** Every read has generators for all its fields, and its random inputs get answers that have content. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeEvent } from "../../events/encoding/event.ts";
import { Random } from "../../fixtures/data/random.ts";
import { randomHistory } from "../../fixtures/data/random-history.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { Cache } from "../cache/cache.ts";
import { READS, type ReadName } from "../queries/reads/reads.ts";
import { newCachePath } from "./cached-business.suite.ts";
import { randomInput, worldOf } from "./read-inputs.suite.ts";
import { answerOf, hasContent } from "./reads-of-moments.suite.ts";

const TRIES = 40;
const folder = temporaryFolder();

test("each read has a generator for each of its fields, and gets answers that have content", async () => {
  const bodies = await randomHistory(folder, { seed: 3, commands: 300 });
  const events = bodies.map((body) => decodeEvent(body));
  const world = worldOf(events);
  const cache = Cache.create(newCachePath());
  try {
    cache.apply(0, bodies);
    const source = { db: cache.db, nowMs: events.at(-1)?.at ?? 0 };
    for (const name of Object.keys(READS) as ReadName[]) {
      const random = new Random(`inputs of ${name}`);
      let content = 0;
      for (let n = 0; n < TRIES; n++)
        if (hasContent(answerOf(source, name, randomInput(name, world, random)))) content++;
      assert.ok(content >= TRIES / 20, `${name}: ${content} of ${TRIES} answers have content`);
    }
  } finally {
    cache.close();
  }
});
