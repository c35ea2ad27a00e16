import assert from "node:assert/strict";
import { test } from "node:test";
import { RULES } from "../../../events/rules.ts";
import { inWords } from "./refusal-words.ts";

/** How the program is made, which no user needs to know. */
const INTERNAL =
  /\d{5}(?<!00007)|Minor|Bp|undefined|null|NaN|\bAE\b|_|\b(?:events?|streams?|seq|sequence|bytes?|minor|bp|schema|fold|mirror|cache|checkpoint|allocat\w+|foreign)\b|[a-z]\.\d|[a-z](?!B\b)[A-Z]|[a-z]6\b/;

test("the words of every rule contain no field names, category codes or minor units", () => {
  const values = {
    ...{
      currency: "EUR",
      number: "INV-00007",
      invoice: 12_345,
      client: 23_456,
      payment: 34_567,
      refund: 34_568,
      source: 34_569,
      item: 45_678,
    },
    ...{ status: "void", kind: "invoice", vatCategory: "AE", vatRate3: 20_000, series: "main", code: "W-1" },
    ...{ allocatedMinor: 56_789, availableMinor: 67_890, balanceMinor: 78_901, amountMinor: 89_012 },
    ...{
      grossMinor: 90_123,
      creditedMinor: 98_765,
      refundedMinor: 98_764,
      writtenOffMinor: 98_763,
      sourcesMinor: 98_762,
      creditMinor: 98_761,
      thisMinor: 87_654,
      computedMinor: 87_653,
      email: "ada@example.com",
      reference: "R 1",
    },
    ...{ what: "document", bytes: 71_406, limit: 65_344, lines: 2_001, rates: 201 },
    ...{ issuedOn: "2026-03-04", receivedOn: "2026-03-04", dueOn: "2026-03-04", today: "2026-03-03" },
    ...{ on: "2026-03-04", earliest: "2026-03-02", refundedMinor: 76_543, creditMinor: 65_432, sourcesMinor: 54_321 },
    ...{ country: "Q1", unit: "Q2", character: "U+202E" },
    ...{
      lastIssuedOn: "2026-03-05",
      on: "2026-03-04",
      earliest: "2026-03-05",
      lockedUpTo: "2026-03-04",
      date: "2026-02-30",
      timeZone: "Mars",
      from: "GBP",
      to: "EUR",
      role: "viewer",
    },
    ...{ format: "peppol-bis-3", findings: 2, rule: "PEPPOL-EN16931-R010", text: "The client has no address." },
  };
  // Names that other rules use for something else.
  const own: Record<string, object> = { PERIOD_ENDS_BEFORE_START: { from: "2026-03-05", to: "2026-03-04" } };
  for (const code of Object.keys(RULES)) {
    const all = { ...values, ...own[code] };
    const { message } = inWords({ code, message: "as the server says it", values: all }, "en-GB");
    assert.notEqual(message, "as the server says it", code);
    assert.match(message, /^(?:[A-Z“€]|\d{1,2} [A-Z]|W-1|Q[12]).*[.?]$/u, message);
    assert.doesNotMatch(message, INTERNAL, message);
  }
});

test("inWords() says of what was not issued that it cannot be delivered either, and not only that it cannot be voided", () => {
  const { message } = inWords({ code: "NOT_ISSUED", message: "", values: { invoice: 7, status: "void" } }, "en-GB");
  assert.equal(message, "This is void. Only an issued document can be delivered or voided.");
});

test("inWords() says how far a text is beyond the limit, never that it is at the limit", () => {
  const wordsFor = (bytes: number, what = "document", limit = 65_344) =>
    inWords({ code: "TOO_LONG", message: "-", values: { what, bytes, limit } }, "en").message;
  assert.equal(
    wordsFor(71_406),
    "This is too long: it takes 71.5 kB, and at most 65.3 kB can be saved. Shorten its texts, or split it in two.",
  );
  assert.match(wordsFor(65_345), /takes 65\.4 kB, and at most 65\.3 kB/);
  assert.match(wordsFor(1_048_370, "document", 1_048_369), /takes 1,049 kB, and at most 1,048 kB/);
  assert.match(wordsFor(2_440_000, "document", 1_048_369), /takes 2,440 kB, and at most 1,048 kB/);
  assert.doesNotMatch(wordsFor(65_345, "organization"), /split/);
  assert.match(wordsFor(65_345, "cancellation"), /Write a credit note over the whole invoice instead/);
});

test("inWords() writes amounts and days in the reader's locale", () => {
  const messageOf = (code: string, values: Record<string, string | number | null>, locale = "en-GB") =>
    inWords({ code, message: "-", values }, locale).message;
  const beyond = { invoice: 9, number: "INV-00001", balanceMinor: 10_000, amountMinor: 10_001 };
  assert.equal(
    messageOf("ALLOCATED_BEYOND_BALANCE", { ...beyond, currency: "GBP" }),
    "Invoice INV-00001 has a balance of £100.00, which is less than £100.01.",
  );
  assert.equal(
    messageOf("ALLOCATED_BEYOND_BALANCE", { ...beyond, currency: "JPY" }, "de-DE").replaceAll("\u00a0", " "),
    "Invoice INV-00001 has a balance of 10.000 ¥, which is less than 10.001 ¥.",
  );
  assert.match(messageOf("ALLOCATED_BEYOND_BALANCE", { ...beyond, currency: "KWD" }), /10\.001/);
  assert.equal(
    messageOf("RECEIVED_IN_FUTURE", { receivedOn: "2026-11-23", today: "2026-11-22" }),
    "23 Nov 2026 is in the future. Today is 22 Nov 2026.",
  );
  assert.equal(
    messageOf("PERIOD_LOCKED", { on: "2026-10-15", lockedUpTo: "2026-10-31" }),
    "The books are locked up to 31 Oct 2026. 15 Oct 2026 is in a locked period: choose a later day. Only an owner can move the lock back, in Settings.",
  );
  const locked = { on: "2026-10-15", lockedUpTo: "2026-10-31" };
  for (const [way, instead] of [
    ["cancel", "Cancel it instead."],
    ["credit_note", "Credit it with a credit note instead."],
    ["invoice", "Write an invoice over the same amount instead."],
  ] as const) {
    assert.equal(
      messageOf("PERIOD_LOCKED", { ...locked, way }),
      `The books are locked up to 31 Oct 2026. This was issued on 15 Oct 2026, so it can no longer be voided. ${instead}`,
    );
    assert.ok(messageOf("VOID_DELIVERED", { kind: "invoice", way }).endsWith(instead));
    assert.ok(messageOf("VOID_UNCONFIRMED", { kind: "invoice", way }).endsWith(instead));
    assert.equal(messageOf("VOID_PAID_INVOICE", { way }).includes("Cancel it instead"), way === "cancel");
  }
  // An older server names the kind alone.
  assert.match(messageOf("VOID_DELIVERED", { kind: "credit_note" }), /Write an invoice/);
  assert.match(messageOf("VOID_DELIVERED", { kind: "invoice" }), /Cancel it/);
  assert.equal(
    messageOf("NOT_AN_ISSUED_INVOICE", { invoice: 9, number: null, status: "draft", kind: "invoice" }),
    "The invoice is still a draft. Only an issued invoice can be paid or credited.",
  );
});

test("inWords() names the text that is taken, and the one that looks the same", () => {
  const messageOf = (code: string, values: Record<string, string>) =>
    inWords({ code, message: "-", values }, "en").message;
  assert.equal(messageOf("ITEM_CODE_TAKEN", { code: "A", existing: "A" }), "Another item has the code A.");
  assert.equal(messageOf("ITEM_CODE_TAKEN", { code: "A" }), "Another item has the code A.");
  for (const [code, values, words] of [
    ["ITEM_CODE_TAKEN", { code: "a" }, "Another item has the code A, which looks the same as a."],
    ["NUMBER_TAKEN", { number: "a" }, "Another document has the number A, which looks the same as a."],
    ["EMAIL_TAKEN", { email: "a" }, "Another user has the e-mail address A, which looks the same as a."],
    ["SERIES_TWICE", { series: "a" }, "The series “a” and “A” look the same. Choose another name."],
  ] as const)
    assert.equal(messageOf(code, { ...values, existing: "A" }), words);
});

test("inWords() keeps the message of an unknown rule, and of an older server that sends no currency", () => {
  const unknown = { code: "NEW_RULE", message: "no such luck", field: "a" };
  assert.equal(inWords(unknown, "en"), unknown);
  const old = { code: "ALLOCATED_BEYOND_BALANCE", message: "INV-1 is open over 1, not 2", values: { balanceMinor: 1 } };
  assert.equal(inWords(old, "en"), old);
});
