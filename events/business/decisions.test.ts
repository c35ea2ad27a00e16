/** Every decision, on books in memory. The same tests run on the writer's books in `projector/writer`. */
import { test } from "node:test";
import { cancelDecisions } from "./cancel.suite.ts";
import { clientDecisions } from "./client.suite.ts";
import { creditNoteDecisions } from "./credit-note.suite.ts";
import { deliveryDecisions } from "./delivery.suite.ts";
import { sizeDecisions } from "./document-size.suite.ts";
import { furtherDecisions } from "./further.suite.ts";
import { invoiceDecisions } from "./invoice.suite.ts";
import { issueDecisions } from "./issue.suite.ts";
import { itemDecisions } from "./item.suite.ts";
import { openMemoryOffice } from "./memory-office.suite.ts";
import { moneyLockDecisions } from "./money-lock.suite.ts";
import { numberingDecisions } from "./numbering.suite.ts";
import { assertNothingForgotten } from "./office.suite.ts";
import { organizationDecisions } from "./organization.suite.ts";
import { paymentDecisions } from "./payment.suite.ts";
import { periodLockDecisions } from "./period-lock.suite.ts";
import { refundDecisions } from "./refund.suite.ts";
import { userDecisions } from "./user.suite.ts";
import { writeOffDecisions } from "./write-off.suite.ts";

organizationDecisions(openMemoryOffice);
periodLockDecisions(openMemoryOffice);
userDecisions(openMemoryOffice);
clientDecisions(openMemoryOffice);
itemDecisions(openMemoryOffice);
numberingDecisions(openMemoryOffice);
invoiceDecisions(openMemoryOffice);
cancelDecisions(openMemoryOffice);
deliveryDecisions(openMemoryOffice);
issueDecisions(openMemoryOffice);
furtherDecisions(openMemoryOffice);
creditNoteDecisions(openMemoryOffice);
paymentDecisions(openMemoryOffice);
refundDecisions(openMemoryOffice);
moneyLockDecisions(openMemoryOffice);
writeOffDecisions(openMemoryOffice);
sizeDecisions(openMemoryOffice);

// Runs after the others.
test("every command is tried, once and again, and every rule but the writer's own refuses something", () => {
  // `commands/new-input.test.ts` has those of new text, which the writer checks.
  const ofText = [
    "BLANK_TEXT",
    "HIDDEN_CHARACTER",
    "EMAIL_DOMAIN_NOT_VALID",
    "UNKNOWN_COUNTRY",
    "UNKNOWN_UNIT",
  ] as const;
  // TOO_MANY_LINES refuses imports only: a command's input has a schema.
  assertNothingForgotten([
    ...ofText,
    "TOO_MANY_LINES",
    "KEY_REUSED",
    "NOT_RECORDABLE",
    "STREAM_NOT_BEGUN",
    "VERSION_MISMATCH",
  ]);
});
