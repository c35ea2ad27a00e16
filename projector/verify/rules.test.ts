/** Every rule of a decider is checked on a whole log too, or the reason why not stands here. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Rule } from "../../events/rules.ts";
import { FOLD, INVARIANTS } from "./invariants.ts";

const NOT_IN_AN_EVENT = "it is about a request, which no event shows";
const NEW_TEXT = "it is for new text; release 0.1.0 took any";
const SIZE = "the schema and the size of an event limit it";

/** Leaving a rule out does not compile. */
const CHECKED: Readonly<Record<Rule, { by: string } | { not: string }>> = {
  USER_INACTIVE: { by: FOLD },
  ROLE_TOO_WEAK: { by: "role" },
  VERSION_MISMATCH: { not: NOT_IN_AN_EVENT },
  KEY_REUSED: { by: FOLD },
  STREAM_NOT_BEGUN: { not: NOT_IN_AN_EVENT },
  NOT_RECORDABLE: { not: SIZE },
  TOO_LONG: { not: SIZE },
  UNKNOWN_CURRENCY: { not: "release 0.1.0 took the currencies that its runtime knew" },
  UNKNOWN_COUNTRY: { not: NEW_TEXT },
  UNKNOWN_UNIT: { not: NEW_TEXT },
  BLANK_TEXT: { not: NEW_TEXT },
  HIDDEN_CHARACTER: { not: NEW_TEXT },
  EMAIL_DOMAIN_NOT_VALID: { not: NEW_TEXT },
  UNKNOWN_DATE: { by: "due-date" },
  AMOUNT_TOO_LARGE: { by: "line-net" },
  UNKNOWN_CODE: { not: NEW_TEXT },
  ADJUSTMENT_REASON_MISSING: { by: "adjustments" },
  ADJUSTMENT_AMOUNT_MISSING: { not: SIZE },
  ADJUSTMENT_NOT_PERCENT: { by: "adjustments" },
  GROSS_PRICE_BELOW_PRICE: { by: "line-net" },
  PERIOD_ENDS_BEFORE_START: { by: "periods" },
  FORMAT_RULES: { not: "which rules a format has depends on the release" },
  VAT_RATE_NOT_ALLOWED: { by: "vat-categories" },

  ORGANIZATION_EXISTS: { by: FOLD },
  CURRENCY_FIXED: { by: FOLD },
  UNKNOWN_TIME_ZONE: { not: "which time zones exist depends on the machine" },
  LOGO_NOT_AN_IMAGE: { by: "logo" },
  SERIES_TWICE: { by: FOLD },
  VAT_RATE_TWICE: { by: "saved-rates" },
  LOCK_IN_FUTURE: { by: "lock-date" },
  PERIOD_LOCKED: { by: "open-period" },
  SERIES_REPEATS: { by: "series-patterns" },
  SERIES_MAKES_SAME: { not: "in logs of release 0.1.0, two series can make the same numbers" },
  SERIES_IN_USE: { by: "series-in-use" },
  SERIES_FROZEN: { not: "in release 0.1.0, the prefix and the digits of a series that is in use could change" },
  UNKNOWN_USER: { by: FOLD },
  EMAIL_TAKEN: { by: FOLD },
  LAST_OWNER: { by: "last-owner" },

  UNKNOWN_CLIENT: { by: FOLD },
  CLIENT_ARCHIVED: { by: "draft-client" },
  UNKNOWN_ITEM: { by: FOLD },
  ITEM_ARCHIVED: { by: "draft-items" },
  ITEM_CODE_TAKEN: { by: FOLD },

  UNKNOWN_INVOICE: { by: FOLD },
  NOT_A_DRAFT: { by: FOLD },
  NOT_ISSUED: { by: FOLD },
  NOT_AN_ISSUED_INVOICE: { by: FOLD },
  NOT_AN_ISSUED_CREDIT_NOTE: { by: FOLD },
  VAT_MIXED_WITH_O: { by: "vat-categories" },
  TOO_MANY_LINES: { not: SIZE },
  TOO_MANY_VAT_RATES: { not: SIZE },
  CREDIT_NOTE_FOR_ANOTHER: { by: "correction" },
  CREDITED_BEYOND_INVOICE: { by: "credited" },
  ALREADY_CANCELLED: { by: FOLD },
  CANCEL_BELOW_ZERO: { by: "cancellation" },
  CANCEL_CREDITED: { by: FOLD },
  CANCEL_WRITTEN_OFF: { by: "cancellation" },
  CANCELLED_BEFORE_ISSUED: { by: "cancellation" },
  CANCELLATION_KEPT: { by: "cancellation-kept" },
  VOID_UNCONFIRMED: { not: "events from before it was asked do not say so" },
  VOID_DELIVERED: { by: FOLD },
  VOID_PAID_INVOICE: { by: FOLD },
  VOID_CREDITED_INVOICE: { by: FOLD },

  NO_LINES: { by: "issued-content" },
  NO_BUYER: { by: FOLD },
  ISSUED_IN_FUTURE: { by: "issue-date" },
  ISSUED_BEFORE_LAST: { by: "issue-date" },
  SELLER_VAT_ID_MISSING: { by: "issued-parties" },
  BUYER_VAT_ID_MISSING: { by: "issued-parties" },
  EXEMPTION_REASON_MISSING: { by: "vat-reasons" },
  EXCHANGE_RATE_MISSING: { by: "accounting" },
  UNKNOWN_SERIES: { by: "series" },
  SERIES_OF_OTHER_KIND: { by: "series" },
  NUMBER_MISSING: { by: "number" },
  NUMBER_NOT_ALLOWED: { by: "number" },
  NUMBER_TAKEN: { by: FOLD },
  NUMBER_OF_SERIES: { not: "a user can confirm it" },
  NUMBERS_TAKEN: { not: SIZE },

  UNKNOWN_PAYMENT: { by: FOLD },
  PAYMENT_REVERSED: { by: FOLD },
  RECEIVED_IN_FUTURE: { by: "payment-date" },
  REFERENCE_TAKEN: { by: FOLD },
  ALLOCATED_TWICE: { by: "allocated-once" },
  ALLOCATED_BEYOND_AMOUNT: { by: "allocated-available" },
  ALLOCATED_BEYOND_BALANCE: { by: "allocated-due" },
  INVOICE_OF_ANOTHER_CLIENT: { by: "allocated-alike" },
  INVOICE_IN_ANOTHER_CURRENCY: { by: "allocated-alike" },
  FEES_BEYOND_AMOUNT: { by: "payment-fees" },
  DATED_IN_FUTURE: { by: "entry-date" },
  DATED_TOO_EARLY: { by: "entry-date" },
  REVERSAL_DATE_NOT_ALLOWED: { by: "reversal-date" },
  PAYMENT_REFUNDED: { by: FOLD },

  UNKNOWN_REFUND: { by: FOLD },
  REFUND_REFERENCE_TAKEN: { by: FOLD },
  UNKNOWN_SOURCE: { by: FOLD },
  NOT_A_SOURCE: { by: FOLD },
  SOURCE_TWICE: { by: "refund-sources" },
  SOURCE_OF_ANOTHER_CLIENT: { by: FOLD },
  SOURCE_IN_ANOTHER_CURRENCY: { by: FOLD },
  SOURCES_NOT_THE_AMOUNT: { by: FOLD },
  REFUNDED_BEYOND_CREDIT: { by: FOLD },

  NOTHING_TO_WRITE_OFF: { by: FOLD },
  WRITTEN_OFF_BEYOND_BALANCE: { by: FOLD },
};

test("the rules that are checked on a whole log name an invariant, and every invariant belongs to a rule", () => {
  const named = new Set(Object.values(CHECKED).flatMap((one) => ("by" in one ? [one.by] : [])));
  const names = new Set([FOLD, ...INVARIANTS.map(({ name }) => name)]);
  assert.deepEqual(
    [...named].filter((name) => !names.has(name)),
    [],
  );
  // What a decider computes, and what the server alone does, no rule can refuse.
  const computed = [
    ...["founding", "vat-breakdown", "totals", "counter", "passed-over", "delivered-once", "delivered-file"],
    "groups",
  ];
  const others = ["draft-dates", "payment-client"]; // UNKNOWN_DATE and CLIENT_ARCHIVED have several
  assert.deepEqual([...names].filter((name) => !named.has(name)).sort(), [...computed, ...others].sort());
});
