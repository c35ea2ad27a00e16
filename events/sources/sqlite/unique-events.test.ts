import assert from "node:assert/strict";
import { test } from "node:test";
import { clientDetailsChanged, clientRegistered, idOf, logOf } from "../../../fixtures/data/events.ts";
import { UniqueEvents } from "./unique-events.ts";

const HEAD = 20; // event 20 is version 2 of stream 19

for (const [what, event, message] of [
  ["id", clientRegistered(HEAD + 1, { id: idOf(4) }), /event 21 has the id \S+ of event 4: /],
  [
    "version",
    clientDetailsChanged(HEAD + 1, { stream: 19, version: 2 }),
    /event 21 is version 2 of stream 19, which is at version 2/,
  ],
] as const)
  test(`add() refuses the ${what} of an earlier event`, (t) => {
    const seen = new UniqueEvents();
    t.after(() => seen.close());
    for (const earlier of logOf(HEAD)) seen.add(earlier);
    assert.throws(() => seen.add(event), { code: "INCONSISTENT_LOG", message });
  });
