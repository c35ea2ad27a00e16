/** Which table stores which data of events. */
import { client } from "../../events/business/client.ts";
import { invoiceContent, tax, totals } from "../../events/business/draft.ts";
import { item } from "../../events/business/item.ts";
import { passedOver } from "../../events/business/numbering.ts";
import { organizationProfile, savedVatRate } from "../../events/business/organization.ts";
import { buyer, seller } from "../../events/business/party.ts";
import { allocation, paymentReceived } from "../../events/business/payment.ts";
import { refundPaid, refundSource } from "../../events/business/refund.ts";
import { series } from "../../events/business/series.ts";
import { userAdded, userDetails } from "../../events/business/user.ts";
import { mappingOf } from "./mapping.ts";
import { TABLES } from "./tables.ts";

export const profileColumns = mappingOf(TABLES.organization, organizationProfile);
export const seriesColumns = mappingOf(TABLES.numberSeries, series);
export const vatRateColumns = mappingOf(TABLES.savedVatRate, savedVatRate);
export const userColumns = mappingOf(TABLES.user, userAdded);
export const userDetailsColumns = mappingOf(TABLES.user, userDetails);
export const clientColumns = mappingOf(TABLES.client, client);
export const itemColumns = mappingOf(TABLES.item, item);

/** The payable amount follows from the other totals and has no column. */
const storedTotals = totals.omit({ payableMinor: true });
export const totalsColumns = mappingOf(TABLES.invoice, storedTotals);
export const contentColumns = mappingOf(TABLES.invoice, invoiceContent.extend({ totals: storedTotals }));
export const sellerColumns = mappingOf(TABLES.invoiceParty, seller);
export const buyerColumns = mappingOf(TABLES.invoiceParty, buyer);
export const lineColumns = mappingOf(TABLES.invoiceLine, invoiceContent.shape.lines.element);
/** The adjustments of a whole document also have VAT columns, which the projection fills. */
export const adjustmentColumns = mappingOf(
  TABLES.invoiceAdjustment,
  invoiceContent.shape.lines.element.shape.adjustments.element,
);
export const taxColumns = mappingOf(TABLES.invoiceTax, tax);
export const passedOverColumns = mappingOf(TABLES.numberPassedOver, passedOver);

export const paymentColumns = mappingOf(TABLES.payment, paymentReceived);
export const paymentAllocationColumns = mappingOf(TABLES.paymentAllocation, allocation);
export const creditAllocationColumns = mappingOf(TABLES.creditAllocation, allocation);
export const refundColumns = mappingOf(TABLES.refund, refundPaid);
export const refundSourceColumns = mappingOf(TABLES.refundSource, refundSource);
