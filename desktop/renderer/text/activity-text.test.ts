import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CATALOGUE, type EventType, type Fact } from "../../../events/encoding/catalogue.ts";
import { arbitraryOf } from "../../../fixtures/data/arbitrary.ts";
import { ALONE, piecesOf } from "../../../projector/text/event-words.ts";
import { activityText } from "./activity-text.ts";
import { day, money } from "./format.ts";

const ABOUT = { ...ALONE, currency: "EUR", invoice: (id: number) => `INV-${id}` };
const PAYMENT: Fact = {
  type: "PaymentReceived",
  data: {
    clientId: 3,
    receivedOn: "2024-03-15",
    currency: "KWD",
    amountMinor: 1_234_567,
    method: "bank_transfer",
    reference: null,
    allocations: [],
    feesMinor: 0,
  },
};

test("activityText() writes amounts, dates and names as other screens do", () => {
  assert.equal(
    activityText(piecesOf(PAYMENT, ABOUT), "de-DE"),
    `Payment received: ${money(1_234_567, "KWD", "de-DE")} by bank transfer on 15 Mar 2024, unallocated`,
  );
  const role: Fact = { type: "UserRoleChanged", data: { role: "clerk" } };
  assert.equal(activityText(piecesOf(role, ABOUT), "en-GB"), "Role changed: now clerk");
  assert.equal(activityText(["Framed: ", { kind: "method", code: "by_drone" }], "en-GB"), "Framed: by_drone");
});

test("no date or amount of an event is in a text that the locale cannot change", () => {
  for (const type of Object.keys(CATALOGUE) as EventType[]) {
    const shape = CATALOGUE[type].schemas.at(-1)?.shape ?? assert.fail();
    const check = (data: unknown) => {
      const pieces = piecesOf({ type, data: withoutDigits(data) } as Fact, ABOUT);
      const texts = pieces.filter((piece) => typeof piece === "string").join(" ");
      assert.doesNotMatch(texts, /\d{4}-\d\d-\d\d|\d\.\d/, type);
    };
    fc.assert(fc.property(arbitraryOf(shape), check), { numRuns: 60 });
  }
});

/** Removes digits from what users typed, which is shown as it is. Dates stay. */
function withoutDigits(value: unknown): unknown {
  if (typeof value === "string") return /^\d{4}-\d\d-\d\d$/.test(value) ? value : value.replaceAll(/\d/g, "x");
  if (Array.isArray(value)) return value.map(withoutDigits);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withoutDigits(one)]));
}

test("day() and money() of pieces follow the locale", () => {
  const english = activityText(piecesOf(PAYMENT, ABOUT), "en-US");
  assert.ok(english.includes(day("2024-03-15", "en-US")) && english.includes(money(1_234_567, "KWD", "en-US")));
});
