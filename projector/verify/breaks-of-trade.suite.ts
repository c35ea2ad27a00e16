/** Issued documents, payments and credit: for each invariant, what breaks it alone. */
import { type Allocations, allocationsOf } from "../../fixtures/data/log-builder.ts";
import {
  apply,
  applyCancelling,
  broken,
  cancel,
  deliver,
  issue,
  issueCorrection,
  issueEuros,
  issueForeign,
  issueNew,
  issuePassing,
  lineOf,
  pay,
  payFirst,
  reallocate,
  taxOf,
} from "./breaks.suite.ts";
import { type Break, type Shop, sumAgain } from "./shop.suite.ts";

export const BREAKS_OF_TRADE: Readonly<Record<string, readonly Break[]>> = {
  "issued-content": [
    broken("another net amount is issued than was drafted", issue, "InvoiceIssued", ({ data }) => {
      data.totals.netMinor += 1;
    }),
    broken("another VAT is issued than was drafted", issue, "InvoiceIssued", ({ data }) => {
      taxOf(data).taxMinor += 1;
    }),
    broken("a document without lines is issued", issueNew, "InvoiceIssued", ({ data }, _, before) => {
      if (before.type !== "InvoiceDrafted") return;
      before.data.content.lines = [];
      sumAgain(before.data.content);
      data.taxes = [];
      data.totals = before.data.content.totals;
    }),
  ],
  cancellation: [
    broken("it settles a penny less of its invoice", cancel, "InvoiceCancelled", ({ data }) => {
      data.allocatedMinor -= 1;
    }),
    broken("its buyer has another name", cancel, "InvoiceCancelled", ({ data }) => {
      data.buyer.name = "Somebody";
    }),
    broken("it has a note of its own", cancel, "InvoiceCancelled", ({ data }) => {
      data.content.note = "Sorry";
    }),
  ],
  "cancellation-kept": [
    broken("less of the invoice stays settled", applyCancelling, "CreditApplied", ({ data }) => {
      data.allocations = data.allocations.map((one, n) => (n === 0 ? { ...one, amountMinor: 1_999 } : one));
    }),
  ],
  "delivered-once": [
    broken(
      "a way is recorded again, without a file",
      deliver({}, { how: "print" }),
      "DocumentDelivered",
      ({ data }) => {
        data.how = "sent";
      },
    ),
    broken(
      "a way is recorded again, with a file in one format",
      deliver({ format: "ubl" }, { how: "print", format: "ubl" }),
      "DocumentDelivered",
      ({ data }) => {
        data.how = "sent";
      },
    ),
  ],
  "delivered-file": [
    broken("the file has the name of another kind", deliver({ format: "ubl" }), "DocumentDelivered", ({ data }) => {
      if (data.file) data.file.sha256 = data.file.sha256.slice(1);
    }),
    broken("a PDF has no version of the paper", deliver({ format: "pdf" }), "DocumentDelivered", ({ data }) => {
      if (data.file) data.file.paperVersion = null;
    }),
    broken("an XML file has a version of the paper", deliver({ format: "cii" }), "DocumentDelivered", ({ data }) => {
      if (data.file) data.file.paperVersion = 1;
    }),
    ...(["sha256", "size", "paperVersion"] as const).map((field) =>
      broken(
        `the second file in one format has another ${field}`,
        deliver({ format: "pdf" }, { how: "print", format: "pdf" }),
        "DocumentDelivered",
        ({ data: { file } }) => {
          if (!file) return;
          if (field === "sha256") file.sha256 = file.sha256.map((byte) => byte ^ 1);
          else file[field] = 7;
        },
      ),
    ),
  ],
  "issued-parties": [
    broken("the buyer has another name", issue, "InvoiceIssued", ({ data }) => {
      data.buyer.name = "Somebody";
    }),
    broken("the seller has another bank account", issue, "InvoiceIssued", ({ data }) => {
      data.seller.iban = "GB00THIEF";
    }),
    broken("the buyer has another electronic address", issue, "InvoiceIssued", ({ data }) => {
      const electronicAddress = { id: "thief@example.com", scheme: "EM" };
      const nothing = { tradingName: null, identifier: null, companyIdScheme: null, contact: null };
      data.buyer.more = { ...nothing, electronicAddress };
    }),
    broken("the seller has no VAT id", issue, "InvoiceIssued", ({ data }) => {
      data.seller.vatId = null;
    }),
  ],
  "issue-date": [
    broken("it is issued tomorrow", issue, "InvoiceIssued", ({ data }) => {
      data.issuedOn = "2024-03-16";
    }),
    broken("it is issued before the one before it", issue, "InvoiceIssued", ({ data }) => {
      data.issuedOn = "2024-03-14";
    }),
    broken("the day does not exist", issueForeign, "InvoiceIssued", ({ data }) => {
      data.issuedOn = "2019-02-29";
    }),
  ],
  "due-date": [
    broken("the day does not exist", issue, "InvoiceIssued", ({ data }) => {
      data.dueOn = "2025-02-29";
    }),
  ],
  series: [
    broken("no series has that name", issue, "InvoiceIssued", ({ data }) => {
      data.series = "unknown";
    }),
    broken("the series is for credit notes", issue, "InvoiceIssued", ({ data }) => {
      Object.assign(data, { series: "credit", counter: 1, number: "CN-1" });
    }),
  ],
  counter: [
    broken("a number is skipped", issue, "InvoiceIssued", ({ data }) => {
      Object.assign(data, { counter: 7, number: "INV-00007" });
    }),
    broken(
      "a new series starts at 7",
      ({ run, draft: id }) => run("IssueInvoice", {}, { id }),
      "InvoiceIssued",
      ({ data }, _, before) => {
        if (before.type === "InvoiceDrafted") before.data.kind = "credit_note";
        Object.assign(data, { series: "credit", counter: 7, number: "CN-7" });
      },
    ),
    broken("a series that makes numbers is given one without a counter", issue, "InvoiceIssued", ({ data }) => {
      data.counter = null;
    }),
    broken("a gap is not explained", issuePassing, "InvoiceIssued", ({ data }) => {
      data.passedOver = [];
    }),
    broken("a series that never begins again has a period", issue, "InvoiceIssued", ({ data }) => {
      data.period = "2024";
    }),
    broken("a foreign number has a period", issueForeign, "InvoiceIssued", ({ data }) => {
      data.period = "2020";
    }),
    broken("a foreign series passes over a number", issueForeign, "InvoiceIssued", ({ data }, { first }) => {
      data.passedOver = [{ counter: 1, number: "1", takenBy: first }];
    }),
    broken("a foreign number has a counter", issueForeign, "InvoiceIssued", ({ data }) => {
      Object.assign(data, { counter: 1, number: "1" });
    }),
  ],
  number: [
    broken("the number has another prefix", issue, "InvoiceIssued", ({ data }) => {
      data.number = data.number.replace("INV", "BILL");
    }),
    broken("the number has fewer digits", issue, "InvoiceIssued", ({ data }) => {
      data.number = `INV-${data.counter}`;
    }),
  ],
  "passed-over": [
    broken("another document is named", issuePassing, "InvoiceIssued", ({ data }, { first }) => {
      data.passedOver = data.passedOver.map((one) => ({ ...one, takenBy: first }));
    }),
    broken("a draft is named", issuePassing, "InvoiceIssued", ({ data }, { draft }) => {
      data.passedOver = data.passedOver.map((one) => ({ ...one, takenBy: draft }));
    }),
    broken("its number has fewer digits", issuePassing, "InvoiceIssued", ({ data }) => {
      data.passedOver = data.passedOver.map((one) => ({ ...one, number: "INV-6" }));
    }),
  ],
  accounting: [
    broken("VAT in pounds is a penny more", issueEuros, "InvoiceIssued", ({ data }) => {
      if (data.accounting) data.accounting.taxMinor += 1;
    }),
    broken("VAT is not stated in pounds", issueEuros, "InvoiceIssued", ({ data }) => {
      data.accounting = null;
    }),
    broken("VAT is stated in dollars", issueEuros, "InvoiceIssued", ({ data }) => {
      if (data.accounting) data.accounting.currency = "USD";
    }),
    broken("VAT is stated in pounds twice", issue, "InvoiceIssued", ({ data }) => {
      data.accounting = { currency: "GBP", rate6: 1_000_000, taxMinor: data.totals.taxMinor };
    }),
  ],
  credited: [
    broken("more is credited than was invoiced", issueCorrection, "InvoiceIssued", ({ data }, _, before) => {
      if (before.type !== "InvoiceDrafted") return;
      const { content } = before.data;
      content.lines = [{ ...lineOf(content), quantity6: 2_000_000, netMinor: 20_000 }];
      sumAgain(content);
      data.taxes = content.taxes;
      data.totals = content.totals;
    }),
  ],
  "payment-client": [
    broken("the client is archived", pay, "PaymentReceived", ({ data }, { archived }) => {
      data.clientId = archived;
    }),
  ],
  "payment-date": [
    broken("the payment arrives tomorrow", pay, "PaymentReceived", ({ data }) => {
      data.receivedOn = "2024-03-16";
    }),
    broken("the day does not exist", pay, "PaymentReceived", ({ data }) => {
      data.receivedOn = "2023-02-30";
    }),
  ],
  "allocated-once": settled("an invoice is listed twice", ({ first }) => [
    [first, 1],
    [first, 2],
  ]),
  "allocated-alike": [
    ...settled("the invoice is of another client", ({ other }) => [[other, 1]]),
    ...settled("the invoice is in another currency", ({ euros }) => [[euros, 1]]),
  ],
  "allocated-available": [
    broken("a credit note settles more than its amount", apply, "CreditApplied", ({ data }, { first, second }) => {
      data.allocations = allocationsOf([
        [first, 12_000],
        [second, 1],
      ]);
    }),
  ],
  "allocated-due": [
    broken("a payment settles more than is due", payFirst, "PaymentReceived", ({ data }, { first }) => {
      data.allocations = allocationsOf([[first, 12_001]]);
    }),
    broken("a payment settles what is settled", reallocate, "PaymentReallocated", ({ data }, { first }) => {
      data.allocations = allocationsOf([[first, 12_001]]);
    }),
  ],
};

/** The same list of allocations in each of the events that have one. */
function settled(what: string, list: (shop: Shop) => Allocations): Break[] {
  const change = (data: { allocations: ReturnType<typeof allocationsOf> }, shop: Shop) => {
    data.allocations = allocationsOf(list(shop));
  };
  return [
    broken(`${what}, in a payment`, pay, "PaymentReceived", ({ data }, shop) => change(data, shop)),
    broken(`${what}, in a reallocation`, reallocate, "PaymentReallocated", ({ data }, shop) => change(data, shop)),
    broken(`${what}, in a credit`, apply, "CreditApplied", ({ data }, shop) => change(data, shop)),
  ];
}
