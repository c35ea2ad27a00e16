/** The office, and the content of drafts: for each invariant, what breaks it alone. */

import type { InvoiceContent } from "../../events/document/draft.ts";
import { FIXED_AMOUNT, further, furtherOfLine } from "../../fixtures/data/builders.ts";
import {
  addMonthly,
  asOwner,
  broken,
  client,
  content,
  correct,
  demoteClerk,
  issueAfterLock,
  issueExempt,
  lineOf,
  lock,
  logo,
  profile,
  rate,
  rates,
  reviseCorrection,
  taxOf,
  voidAfterLock,
} from "./breaks.suite.ts";
import { type Break, sumAgain } from "./shop.suite.ts";

const FREIGHT: InvoiceContent["adjustments"][number] = {
  ...FIXED_AMOUNT,
  kind: "charge",
  reason: "Freight",
  amountMinor: 100,
  vatCategory: "S",
  vatRate3: 20_000,
};

const NOTHING = {
  ...{ tradingName: null, identifier: null, companyIdScheme: null, electronicAddress: null },
  ...{ format: null, buyerReference: null },
};

export const BREAKS_OF_DRAFTS: Readonly<Record<string, readonly Break[]>> = {
  founding: [
    broken("a client is registered by the server", client, "ClientRegistered", (event) => {
      event.actor = 0;
    }),
  ],
  role: [
    broken("a viewer registers a client", client, "ClientRegistered", (event, { viewer }) => {
      event.actor = viewer;
    }),
    broken("a clerk changes the profile", profile, "OrganizationProfileChanged", (event, { clerk }) => {
      event.actor = clerk;
    }),
  ],
  "last-owner": [
    broken("the only owner becomes a viewer", demoteClerk, "UserRoleChanged", asOwner),
    broken(
      "the only owner is deactivated",
      ({ run, clerk: id }) => run("DeactivateUser", {}, { id }),
      "UserDeactivated",
      asOwner,
    ),
  ],
  "series-in-use": [
    broken("a series in use is removed", profile, "OrganizationProfileChanged", ({ data }) => {
      data.series = data.series.filter(({ name }) => name !== "main");
    }),
    broken("a series in use becomes foreign", profile, "OrganizationProfileChanged", ({ data }) => {
      data.series = data.series.map((series) => ({ ...series, foreign: true }));
    }),
  ],
  "series-patterns": [
    broken("a monthly series has no month", addMonthly, "OrganizationProfileChanged", ({ data }) => {
      data.series = data.series.map((one) => ({ ...one, pattern: one.pattern.replace("{MM}", "") }));
    }),
  ],
  "saved-rates": [
    broken("two rates are the same to people", rates, "OrganizationProfileChanged", ({ data }) => {
      data.vatRates.push({ ...rate, name: "STANDARD" });
    }),
  ],
  logo: [
    broken("the image is none", logo, "OrganizationLogoChanged", ({ data }) => {
      if (data.logo) data.logo.image[0] = 0;
    }),
  ],
  "lock-date": [
    broken("the lock is on the day of the event", lock, "PeriodLocked", (event) => {
      event.data.lockedUpTo = "2024-03-15";
    }),
    broken("there is no such day", lock, "PeriodLocked", (event) => {
      event.data.lockedUpTo = "2024-02-30";
    }),
    broken("there was no lock before", lock, "PeriodLocked", (event) => {
      event.data.lockedUpTo = null;
    }),
  ],
  "open-period": [
    broken("a document is issued in a locked period", issueAfterLock, "InvoiceIssued", ({ data }) => {
      data.issuedOn = "2024-02-29";
    }),
    broken("a document of a locked period is voided", voidAfterLock, "InvoiceVoided", (_event, _shop, before) => {
      if (before.type === "PeriodLocked") before.data.lockedUpTo = "2024-03-01";
    }),
  ],
  "line-net": [
    ...content("the net of a line is a penny more", (content) => {
      lineOf(content).netMinor += 1;
      sumAgain(content);
    }),
    ...content("the price is for ten, and the net is as if it were for one", (content) => {
      lineOf(content).more = furtherOfLine({ baseQuantity6: 10_000_000 });
    }),
    ...content("the price before its discount is below the price", (content) => {
      lineOf(content).more = furtherOfLine({ grossPrice6: lineOf(content).price6 - 1 });
    }),
  ],
  adjustments: [
    ...content("an adjustment has no reason", (content) => {
      content.adjustments = [{ ...FREIGHT, reason: null }];
      sumAgain(content);
    }),
    ...content("a percentage of the lines comes to something else", (content) => {
      content.adjustments = [{ ...FREIGHT, percent6: 10_000_000, amountMinor: content.totals.linesMinor / 10 + 1 }];
      sumAgain(content);
    }),
    ...content("a percentage of its base comes to something else", (content) => {
      content.adjustments = [{ ...FREIGHT, percent6: 10_000_000, baseMinor: 1_000, amountMinor: 99 }];
      sumAgain(content);
    }),
    ...content("an amount is below zero", (content) => {
      content.adjustments = [{ ...FREIGHT, amountMinor: -1 }];
      sumAgain(content);
    }),
  ],
  periods: [
    ...content("a period ends before it begins", (content) => {
      content.more = further({ period: { from: "2024-02-02", to: "2024-02-01" } });
    }),
    ...content("a period of a line has a day that does not exist", (content) => {
      lineOf(content).more = furtherOfLine({ period: { from: null, to: "2024-02-30" } });
    }),
  ],
  "vat-breakdown": [
    ...content("VAT of a rate is a penny more", (content) => {
      taxOf(content).taxMinor += 1;
    }),
    ...content("the taxable amount is a penny less", (content) => {
      taxOf(content).taxableMinor -= 1;
    }),
    ...content("a rate is missing", (content) => {
      content.taxes = [];
    }),
    ...content("a rate is there twice", (content) => {
      content.taxes.push({ ...taxOf(content), taxableMinor: 0, taxMinor: 0 });
    }),
  ],
  totals: [
    ...content("net 10,000 and VAT 2,000 are 999,999", (content) => {
      content.totals.grossMinor = 999_999;
    }),
    ...content("what was prepaid is not taken off", (content) => {
      content.totals.payableMinor += 1;
    }),
    ...content("the rounding is not added", (content) => {
      content.totals.roundingMinor = 3;
    }),
    ...content("what was prepaid is below zero", (content) => {
      content.totals.prepaidMinor = -1;
      sumAgain(content);
    }),
  ],
  "vat-categories": [
    ...content("category Z has a rate", (content) => {
      Object.assign(lineOf(content), { vatCategory: "Z", vatRate3: 5000 });
      sumAgain(content);
    }),
    ...content("category O is beside another", (content) => {
      content.lines.push({ ...lineOf(content), vatCategory: "O", vatRate3: null });
      sumAgain(content);
    }),
    broken(
      "an item of category S has no rate",
      ({ run, item: id }) => run("ChangeItem", { price6: 7 }, { id }),
      "ItemChanged",
      ({ data }) => {
        data.vatRate3 = null;
      },
    ),
    broken("a saved rate of category Z is not zero", rates, "OrganizationProfileChanged", ({ data }) => {
      for (const rate of data.vatRates) rate.vatCategory = "Z";
    }),
  ],
  "vat-reasons": [
    ...content("a rate of 20 % has a reason for no VAT", (content) => {
      taxOf(content).reason = "because";
    }),
    ...content("a rate of 20 % has the code of a reason for no VAT", (content) => {
      taxOf(content).reasonCode = "VATEX-EU-AE";
    }),
    broken("a document without VAT is issued without a reason", issueExempt, "InvoiceIssued", ({ data }, _, before) => {
      taxOf(data).reason = null;
      if (before.type === "InvoiceDrafted") taxOf(before.data.content).reason = null;
    }),
  ],
  "draft-client": content("the client is archived", (content, { archived }) => {
    content.clientId = archived;
  }),
  "draft-items": content("the item is archived", (content, { archivedItem }) => {
    lineOf(content).itemId = archivedItem;
  }),
  "draft-dates": [
    ...content("the day of delivery does not exist", (content) => {
      content.deliveredOn = "2023-02-29";
    }),
    ...content("the tax point does not exist", (content) => {
      content.more = further({ taxPointOn: "2023-02-29" });
    }),
    ...content("the day of a preceding invoice does not exist", (content) => {
      content.more = further({ preceding: [{ number: "1", issuedOn: "2023-02-29" }] });
    }),
  ],
  groups: [
    ...content("the document states nothing further, in a group", (content) => {
      content.more = further({});
    }),
    ...content("the period of a line states nothing", (content) => {
      lineOf(content).more = furtherOfLine({ note: "blue", period: { from: null, to: null } });
    }),
    broken("a client states nothing further, in a group", client, "ClientRegistered", ({ data }) => {
      data.more = NOTHING;
    }),
  ],
  correction: [
    broken("a credit note is for another client", correct, "InvoiceDrafted", ({ data }, { b }) => {
      data.content.clientId = b;
    }),
    broken("a credit note is in another currency", correct, "InvoiceDrafted", ({ data }) => {
      data.content.currency = "EUR";
    }),
    broken("an invoice corrects an invoice", correct, "InvoiceDrafted", ({ data }) => {
      data.kind = "invoice";
    }),
    broken("a credit note corrects a draft", correct, "InvoiceDrafted", ({ data }, { draft }) => {
      data.correctsId = draft;
    }),
    broken("a credit note corrects a credit note", correct, "InvoiceDrafted", ({ data }, { credit }) => {
      data.correctsId = credit;
    }),
    broken(
      "a revision moves a credit note to another client",
      reviseCorrection,
      "InvoiceRevised",
      ({ data }, { b }) => {
        data.content.clientId = b;
      },
    ),
  ],
};
