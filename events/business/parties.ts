/** The copies of seller and buyer that an issued document keeps, and what its VAT categories ask of them. */

import { compact } from "../document/compact.ts";
import type { InvoiceContent } from "../document/draft.ts";
import type { Buyer, Seller } from "../document/party.ts";
import { refusal } from "../errors.ts";
import type { VatCategory } from "../values/money.ts";
import { needsReason } from "../values/vat.ts";
import type { Client } from "./client.ts";
import type { OrganizationProfile } from "./organization.ts";

/** The copy of the seller. `taxes`: of the document. */
export function sellerOf(profile: OrganizationProfile, taxes: InvoiceContent["taxes"]): Seller {
  const { legalName, address, vatId, companyId, iban, bic } = profile;
  const outside = isOutsideVat(taxes);
  const more = furtherOfSeller(profile, outside);
  return { name: legalName, address, vatId: outside ? null : vatId, companyId, iban, bic, more };
}

function furtherOfSeller({ tradingName, phone, email, more }: OrganizationProfile, outside: boolean): Seller["more"] {
  if (more === null) return null;
  const contact = {
    name: more.contact?.name ?? null,
    phone: more.contact?.phone ?? phone,
    email: more.contact?.email ?? email,
  };
  const taxRepresentative = outside ? null : more.taxRepresentative;
  return compact({ tradingName, ...more, contact, taxRepresentative });
}

/** The copy of the buyer. `taxes`: of the document. */
export function buyerOf(client: Client, taxes: InvoiceContent["taxes"]): Buyer {
  const { name, address, companyId, vatId } = client;
  return { name, address, vatId: isOutsideVat(taxes) ? null : vatId, companyId, more: furtherOfBuyer(client) };
}

function furtherOfBuyer({ contact: name, phone, email, more }: Client): Buyer["more"] {
  if (more === null) return null;
  const { tradingName, identifier, companyIdScheme, electronicAddress } = more;
  return compact({ tradingName, identifier, companyIdScheme, electronicAddress, contact: { name, phone, email } });
}

/** True if the document is not subject to VAT: it then must not show VAT identifiers (BR-O-2 to BR-O-4). */
function isOutsideVat(taxes: InvoiceContent["taxes"]): boolean {
  return taxes.some((tax) => tax.vatCategory === "O");
}

/** Whose identifiers a VAT category needs. */
type Need = "none" | "vat id" | "vat or tax id";

/** Of the seller (BR-S-2, BR-Z-2, BR-E-2, BR-AE-2, BR-IC-2, BR-G-2, BR-AF-2, BR-AG-2; split payment as standard). */
const SELLER_NEEDS: Readonly<Record<VatCategory, Need>> = {
  S: "vat or tax id",
  Z: "vat or tax id",
  E: "vat or tax id",
  AE: "vat or tax id",
  K: "vat id",
  G: "vat id",
  O: "none",
  L: "vat or tax id",
  M: "vat or tax id",
  B: "vat or tax id",
};

/** True if the seller has what the category needs: a VAT id, its tax representative's, or a registration for taxes. */
export function sellerFits(category: VatCategory, { vatId, more }: Pick<Seller, "vatId" | "more">): boolean {
  const need = SELLER_NEEDS[category];
  if (need === "none" || vatId !== null || (more?.taxRepresentative ?? null) !== null) return true;
  return need === "vat or tax id" && (more?.taxId ?? null) !== null;
}

/** True if the buyer has what the category needs (BR-AE-2, BR-IC-2). */
export function buyerFits(category: VatCategory, { vatId, companyId }: Pick<Buyer, "vatId" | "companyId">): boolean {
  if (category === "K") return vatId !== null;
  return category !== "AE" || vatId !== null || companyId !== null;
}

/** @throws Refusal SELLER_VAT_ID_MISSING, BUYER_VAT_ID_MISSING, EXEMPTION_REASON_MISSING */
export function checkParties(content: InvoiceContent, seller: Seller, buyer: Buyer): void {
  for (const { vatCategory, vatRate3, reason, reasonCode } of content.taxes) {
    const values = { vatCategory, vatRate3 };
    if (!sellerFits(vatCategory, seller)) {
      const ids = SELLER_NEEDS[vatCategory] === "vat id" ? "VAT id" : "VAT id or tax number";
      throw refusal("SELLER_VAT_ID_MISSING", `category ${vatCategory} needs the organization's ${ids}`, { values });
    }
    if (!buyerFits(vatCategory, buyer)) {
      const ids = vatCategory === "AE" ? "VAT id or company number" : "VAT id";
      throw refusal("BUYER_VAT_ID_MISSING", `category ${vatCategory} needs the client's ${ids}`, { values });
    }
    if (needsReason(vatCategory) && reason === null && reasonCode === null)
      throw refusal("EXEMPTION_REASON_MISSING", `category ${vatCategory} needs a reason why there is no VAT`, {
        field: "reasons",
        values,
      });
  }
}
