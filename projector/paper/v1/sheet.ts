/**
 * A sheet: all that a document states, as texts in their final form and in their order. It is what the template reads, and
 * it does nothing but set these texts.
 */

/** A label and what follows it. */
export type Fact = readonly [label: string, value: string];

export interface LineRow {
  position: string;
  name: string;
  /** Below the name, each on its own line. */
  details: string[];
  quantity: string;
  price: string;
  /** Below the price: the quantity that it is for. */
  per: string | null;
  vat: string;
  net: string;
  /** True if it is so long that it may be parted by the end of a page. */
  long: boolean;
}

export interface LinesBlock {
  kind: "lines";
  /** Position, item, quantity, price, VAT, net. */
  heads: string[];
  rows: LineRow[];
  /** True if the figures are too wide for columns: quantity, price and VAT then stand below the name. */
  stacked: boolean;
  /** True if the column of positions needs a width of its own. */
  longPositions: boolean;
}

export interface SumsBlock {
  kind: "sums";
  totals: { label: string; value: string; weight: "plain" | "sum" | "due" }[];
  taxTitle: string;
  taxHeads: string[];
  taxes: { rate: string; notes: string[]; taxable: string; tax: string }[];
  /** Below the taxes. */
  notes: string[];
  /** True if both tables have room beside each other. */
  beside: boolean;
}

export interface PaymentBlock {
  kind: "payment";
  title: string;
  facts: Fact[];
  /** The payment code as SVG; null: no code. */
  code: string | null;
  codeLabel: string;
  /** True if it may be parted by the end of a page: it could be higher than one. */
  long: boolean;
}

export interface SectionBlock {
  kind: "section";
  /** Empty: small print. */
  title: string;
  paragraphs: string[];
}

/** Others who have a part in it, beside each other. */
export interface PartiesBlock {
  kind: "parties";
  parties: { title: string; lines: string[] }[];
}

export interface FactsBlock {
  kind: "facts";
  facts: Fact[];
}

/** A table of figures: all columns but the first two are aligned to the right. */
export interface TableBlock {
  kind: "table";
  title: string;
  heads: string[];
  /** Which columns are aligned to the right, and which one takes the room that is left. */
  right: boolean[];
  wide: number;
  rows: { cells: string[]; strong: boolean }[];
}

export type Block = LinesBlock | SumsBlock | PaymentBlock | SectionBlock | PartiesBlock | FactsBlock | TableBlock;

export interface Sheet {
  size: "a4" | "letter";
  language: string;
  country: string | null;
  /** Families, in the order in which a character is looked for. */
  fonts: readonly string[];
  colour: string;
  /** The file of the logo, null: the brand is written. */
  logo: string | null;
  mark: string | null;
  /** Properties of the file. */
  file: { title: string; author: string; date: readonly [year: number, month: number, day: number] | null };
  attachment: { name: string; mediaType: string; description: string; relationship: string } | null;
  brand: string;
  /** The seller: the name first. */
  from: string[];
  /** In the window, above the address. */
  sender: string;
  /** The buyer's address: the name first. */
  to: string[];
  /** Below the window. */
  toDetails: string[];
  facts: Fact[];
  heading: string;
  number: string;
  /** Below the heading. */
  remarks: string[];
  headline: string | null;
  blocks: Block[];
  /** `Page {page} of {pages}`, and what stands beside it. */
  page: string;
  footer: string;
}
