/** Seller, buyer and others, as lines of text. */
import type {
  Identifier,
  SemanticAddress,
  SemanticContact,
  SemanticParty,
  SemanticSeller,
} from "../../../events/einvoice/semantic.ts";
import { widthOf } from "./breakable.ts";
import { fits, PAGE_WIDTH, TINY } from "./rows.ts";
import { countryName } from "./words/cldr.ts";
import type { Wording } from "./words/words.ts";

/** Two lines of the window; a line of the footer. In em. */
const SENDER_EM = 66;
const FOOTER_EM = 56;
/** What the lower margin has room for. */
const LEGAL_LINES = 2;

/** An address as it is written on an envelope, without empty lines. The country is the last line. */
export function addressLines(address: SemanticAddress, language: string): string[] {
  const { street, street2, street3, postcode, city, region, country } = address;
  // English-speaking countries write the postcode behind the town.
  const behind = ["GB", "IE", "US", "CA", "AU", "NZ", "IN", "ZA", "SG"].includes(country);
  const town = (behind ? [city, region, postcode] : [postcode, city]).filter(isText).join(behind ? ", " : " ");
  return [street, street2, street3, town, behind ? null : region, countryName(country, language)].filter(isText);
}

/** The seller's lines: name, address, then what the law asks for and how to reach it. */
export function sellerLines(seller: SemanticSeller, wording: Wording): string[] {
  const { party } = wording.words;
  return [
    seller.name,
    ...addressLines(seller.address, wording.language),
    ...labelled([
      [party.tradingAs, seller.tradingName === seller.name ? null : seller.tradingName],
      [party.vatId, seller.vatId],
      [party.taxId, seller.taxId],
    ]),
    ...companyLines(seller, wording),
    ...contactLines(seller.contact, wording),
  ];
}

/** What the buyer has beside its address and its VAT id. */
export function buyerLines(buyer: SemanticParty, wording: Wording): string[] {
  const { party } = wording.words;
  return [
    ...labelled([[party.tradingAs, buyer.tradingName === buyer.name ? null : buyer.tradingName]]),
    ...companyLines(buyer, wording),
    ...contactLines(buyer.contact, wording),
  ];
}

/** The line above the address in the window: as much of the sender as it has room for, for the rest is beside it. */
export function senderLine({ name, address }: SemanticSeller, language: string): string {
  const [, ...town] = addressLines(address, language).slice(0, -1);
  const lines = [[name, ...addressLines(address, language).slice(0, -1)], [name, ...town.slice(-1)], [name]];
  return lines.map((each) => each.join(" · ")).find((line) => widthOf(line) <= SENDER_EM) ?? "";
}

/** The footer: the brand and the document, as far as a line has room for both. */
export function footerLine(brand: string, document: string): string {
  const full = [brand, document].filter((part) => part !== "").join(" · ");
  if (widthOf(full) <= FOOTER_EM) return full;
  if (widthOf(document) <= FOOTER_EM) return document;
  return `${[...document].slice(0, FOOTER_EM / 2).join("")}…`;
}

/** The seller's legal information, if the footer has room for it; null: it needs a section of its own. */
export function legalLines({ legalInfo }: SemanticSeller): string[] | null {
  const lines = legalInfo?.split("\n").filter((line) => line.trim() !== "") ?? [];
  const hasRoom = lines.length <= LEGAL_LINES && lines.every((text) => fits({ text, size: TINY }, PAGE_WIDTH));
  return hasRoom ? lines : null;
}

function companyLines({ companyId, identifiers, electronicAddress }: SemanticParty, { words }: Wording): string[] {
  return labelled([
    [words.party.companyId, companyId && identifierText(companyId)],
    ...identifiers.map((id) => [words.party.identifier, identifierText(id)] as const),
    [words.party.electronicAddress, electronicAddress && identifierText(electronicAddress)],
  ]);
}

function contactLines(contact: SemanticContact | null, { words }: Wording): string[] {
  return labelled([
    [words.party.contact, contact?.name ?? null],
    [words.party.phone, contact?.phone ?? null],
    [words.party.email, contact?.email ?? null],
  ]);
}

/** `4000000001 (0088)`: the identifier, and its scheme if there is one. */
export function identifierText({ id, scheme }: Identifier): string {
  return scheme === null ? id : `${id} (${scheme})`;
}

/** `VAT ID DE123456789` for each that has a value. */
export function labelled(facts: readonly (readonly [label: string, value: string | null])[]): string[] {
  return facts.flatMap(([label, value]) => (value === null || value === "" ? [] : [`${label} ${value}`]));
}

function isText(text: string | null): text is string {
  return text !== null && text !== "";
}
