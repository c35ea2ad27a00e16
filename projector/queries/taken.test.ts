import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { ITEM_INPUT } from "../../events/business/office.suite.ts";
import { LogBuilder, line } from "../../fixtures/data/log-builder.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { Cache } from "../cache/cache.ts";
import { assertIndexed, recording } from "./query-plans.suite.ts";
import { takenText, takenTextOf } from "./taken.ts";

const log = LogBuilder.founded();
const item = (code: string) =>
  log.begin({ type: "ItemAdded", data: { ...ITEM_INPUT, code, vatCategory: "S", vatRate3: 20_000, more: null } });
const [lower, upper, other] = [item("ab-1"), item("AB-1"), item("X")];
const client = log.client("Ada");
const invoice = log.issue("inv 7", { clientId: client, lines: [line("Mug", 1)] });
const pay = (reference: string) => {
  const money = { receivedOn: "2024-06-20", currency: "GBP", amountMinor: 1, method: "card", feesMinor: 0 } as const;
  return log.begin({ type: "PaymentReceived", data: { clientId: client, ...money, reference, allocations: [] } });
};
const payment = pay("Thanks");
log.add(pay("gone"), { type: "PaymentReversed", data: { reason: "a test", kind: "mistake", on: null } });
const cache = Cache.create(join(temporaryFolder(), "cache.sqlite"));
cache.apply(0, log.bodies);
const { db, statements } = recording(cache.db);

test("takenTextOf() finds what a decider would refuse, and nothing else", () => {
  for (const [asked, expected] of [
    [
      { of: "item", text: "AB-1" },
      { id: upper, existing: "AB-1" },
    ],
    [
      { of: "item", text: "aB-1" },
      { id: lower, existing: "ab-1" },
    ],
    [
      { of: "item", text: "Ab-1", own: other },
      { id: lower, existing: "ab-1" },
    ],
    [
      { of: "item", text: "aB-1", client },
      { id: lower, existing: "ab-1" },
    ],
    [{ of: "item", text: "ab–1", own: upper }, undefined],
    [
      { of: "item", text: "ab-1", own: upper },
      { id: lower, existing: "ab-1" },
    ],
    [{ of: "item", text: "AB1" }, undefined],
    [
      { of: "invoice", text: "INV7" },
      { id: invoice, existing: "inv 7" },
    ],
    [
      { of: "payment", text: "thanks", client },
      { id: payment, existing: "Thanks" },
    ],
    [{ of: "payment", text: "thanks", client: client + 1 }, undefined],
    [{ of: "payment", text: "thanks" }, undefined],
    [{ of: "payment", text: "gone", client }, undefined],
    [
      { of: "user", text: "оwner@example.com" },
      { id: 2, existing: "owner@example.com" },
    ],
    [{ of: "user", text: "owner@example.com", own: 2 }, undefined],
  ] as const)
    assert.deepEqual(takenTextOf(db, takenText.parse(asked)), expected, JSON.stringify(asked));
  assertIndexed(cache.db, statements);
});
