import assert from "node:assert/strict";
import { test } from "node:test";
import { type RefusalKind, RULES } from "./rules.ts";

/** As released. API clients depend on the name, and on the HTTP status of the kind. The lists can only grow. */
const SHIPPED: Readonly<Record<RefusalKind, string>> = {
  forbidden: "ROLE_TOO_WEAK USER_INACTIVE",
  stale: "VERSION_MISMATCH",
  missing: "STREAM_NOT_BEGUN UNKNOWN_CLIENT UNKNOWN_INVOICE UNKNOWN_ITEM UNKNOWN_PAYMENT UNKNOWN_SERIES UNKNOWN_USER",
  invalid:
    "ALLOCATED_TWICE AMOUNT_TOO_LARGE CREDIT_NOTE_FOR_ANOTHER DUE_BEFORE_ISSUED EXCHANGE_RATE_MISSING KEY_REUSED " +
    "LOGO_NOT_AN_IMAGE NOT_RECORDABLE NUMBER_MISSING NUMBER_NOT_ALLOWED SERIES_OF_OTHER_KIND SERIES_TWICE " +
    "UNKNOWN_CURRENCY UNKNOWN_DATE UNKNOWN_TIME_ZONE VAT_MIXED_WITH_O VAT_RATE_NOT_ALLOWED",
  conflict:
    "ALLOCATED_BEYOND_AMOUNT ALLOCATED_BEYOND_BALANCE BUYER_VAT_ID_MISSING CLIENT_ARCHIVED CREDITED_BEYOND_INVOICE " +
    "CURRENCY_FIXED EMAIL_TAKEN EXEMPTION_REASON_MISSING INVOICE_IN_ANOTHER_CURRENCY INVOICE_OF_ANOTHER_CLIENT " +
    "ISSUED_BEFORE_LAST ISSUED_IN_FUTURE ITEM_ARCHIVED ITEM_CODE_TAKEN LAST_OWNER NOT_AN_ISSUED_CREDIT_NOTE " +
    "NOT_AN_ISSUED_INVOICE NOT_A_DRAFT NOT_ISSUED NO_BUYER NO_LINES NUMBER_TAKEN ORGANIZATION_EXISTS " +
    "PAYMENT_REVERSED RECEIVED_IN_FUTURE REFERENCE_TAKEN SELLER_VAT_ID_MISSING SERIES_IN_USE VOID_CREDITED_INVOICE " +
    "VOID_PAID_INVOICE",
};

test("every rule keeps its name and its kind", () => {
  const kinds = Object.fromEntries(Object.entries(RULES).map(([rule, { kind }]) => [rule, kind]));
  const shipped = Object.entries(SHIPPED).flatMap(([kind, rules]) => rules.split(" ").map((rule) => [rule, kind]));
  assert.deepEqual(kinds, Object.fromEntries(shipped));
});
