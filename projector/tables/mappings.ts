/** Which table stores which data of events. */
import { client } from "../../events/business/client.ts";
import { item } from "../../events/business/item.ts";
import { passedOver } from "../../events/business/numbering.ts";
import { organizationProfile, savedVatRate } from "../../events/business/organization.ts";
import { allocation, paymentReceived } from "../../events/business/payment.ts";
import { refundPaid, refundSource } from "../../events/business/refund.ts";
import { series } from "../../events/business/series.ts";
import { userAdded, userDetails } from "../../events/business/user.ts";
import { invoiceContent, tax, totals } from "../../events/document/draft.ts";
import { further, furtherOfItem, furtherOfLine } from "../../events/document/further.ts";
import {
  account,
  buyer,
  furtherOfBuyer,
  furtherOfOrganization,
  furtherOfSeller,
  identifier,
  seller,
} from "../../events/document/party.ts";
import { mappingOf } from "./mapping.ts";
import { TABLES } from "./tables.ts";

export const profileColumns = mappingOf(TABLES.organization, organizationProfile);
export const profileMoreColumns = mappingOf(TABLES.organization, furtherOfOrganization);
export const seriesColumns = mappingOf(TABLES.numberSeries, series);
export const vatRateColumns = mappingOf(TABLES.savedVatRate, savedVatRate);
export const userColumns = mappingOf(TABLES.user, userAdded);
export const userDetailsColumns = mappingOf(TABLES.user, userDetails);
export const clientColumns = mappingOf(TABLES.client, client);
export const itemColumns = mappingOf(TABLES.item, item);
export const itemMoreColumns = mappingOf(TABLES.item, furtherOfItem);

/** The payable amount follows from the other totals and has no column. */
const storedTotals = totals.omit({ payableMinor: true });
export const totalsColumns = mappingOf(TABLES.invoice, storedTotals);
export const contentColumns = mappingOf(
  TABLES.invoice,
  invoiceContent.omit({ more: true }).extend({ totals: storedTotals }),
);
export const sellerColumns = mappingOf(TABLES.party, seller.omit({ more: true }));
export const buyerColumns = mappingOf(TABLES.party, buyer.omit({ more: true }));
export const sellerMoreColumns = mappingOf(TABLES.party, furtherOfSeller);
export const buyerMoreColumns = mappingOf(TABLES.party, furtherOfBuyer);
export const lineColumns = mappingOf(TABLES.invoiceLine, invoiceContent.shape.lines.element.omit({ more: true }));
/** The adjustments of a whole document also have VAT columns, which the projection fills. */
export const adjustmentColumns = mappingOf(
  TABLES.invoiceAdjustment,
  invoiceContent.shape.lines.element.shape.adjustments.element,
);
export const taxColumns = mappingOf(TABLES.invoiceTax, tax);

export const moreColumns = mappingOf(TABLES.invoiceMore, further);
export const noteColumns = mappingOf(TABLES.invoiceNote, further.shape.notes.element);
export const precedingColumns = mappingOf(TABLES.invoicePreceding, further.shape.preceding.element);
export const lineMoreColumns = mappingOf(TABLES.invoiceLineMore, furtherOfLine);
const { classifications, attributes } = furtherOfItem.shape;
export const lineClassificationColumns = mappingOf(TABLES.invoiceLineClassification, classifications.element);
export const lineAttributeColumns = mappingOf(TABLES.invoiceLineAttribute, attributes.element);
export const itemClassificationColumns = mappingOf(TABLES.itemClassification, classifications.element);
export const itemAttributeColumns = mappingOf(TABLES.itemAttribute, attributes.element);
export const invoiceAccountColumns = mappingOf(TABLES.invoiceAccount, account);
export const partyAccountColumns = mappingOf(TABLES.partyAccount, account);
export const organizationAccountColumns = mappingOf(TABLES.organizationAccount, account);
export const partyIdentifierColumns = mappingOf(TABLES.partyIdentifier, identifier);
export const organizationIdentifierColumns = mappingOf(TABLES.organizationIdentifier, identifier);
export const passedOverColumns = mappingOf(TABLES.numberPassedOver, passedOver);

export const paymentColumns = mappingOf(TABLES.payment, paymentReceived);
export const paymentAllocationColumns = mappingOf(TABLES.paymentAllocation, allocation);
export const creditAllocationColumns = mappingOf(TABLES.creditAllocation, allocation);
export const refundColumns = mappingOf(TABLES.refund, refundPaid);
export const refundSourceColumns = mappingOf(TABLES.refundSource, refundSource);
