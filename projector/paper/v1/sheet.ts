/**
 * A sheet: all that a document states, as texts in their final form and in their order. It is what the template reads, and
 * it does nothing but set these texts.
 */

/** A label and what follows it. */
export type Fact = readonly [label: string, value: string];

/** The height of a row without its padding, or the width of a column, in points; null: the typesetter finds it. */
export type Size = number | null;

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
  height: Size;
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
  /** True if the last line stands on the page of the sums: the widths are known then, so that it has those of the others. */
  keepLast: boolean;
  /** Of all columns but the item's: position, quantity, price, VAT, net. */
  widths: Size[];
}

export interface SumsBlock {
  kind: "sums";
  totals: { label: string; value: string; weight: "plain" | "sum" | "due"; height: Size }[];
  taxTitle: string;
  taxHeads: string[];
  taxes: { rate: string; notes: string[]; taxable: string; tax: string; height: Size }[];
  /** Of the columns of amounts. */
  taxWidths: Size[];
  /** Below the taxes. */
  notes: string[];
  /** True if both tables have room beside each other. */
  beside: boolean;
}

export interface PaymentBlock {
  kind: "payment";
  title: string;
  facts: Fact[];
  heights: Size[];
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
  /** True if it may be parted by the end of a page. A short one stays whole: no last line of it stands on a page alone. */
  long: boolean;
}

/** Others who have a part in it, beside each other. */
export interface PartiesBlock {
  kind: "parties";
  parties: { title: string; lines: string[] }[];
}

/** Two facts in a row. */
export interface FactsBlock {
  kind: "facts";
  facts: Fact[];
  /** Of the rows. */
  heights: Size[];
}

/** A table of figures: all columns but the first two are aligned to the right. */
export interface TableBlock {
  kind: "table";
  title: string;
  heads: string[];
  /** Which columns are aligned to the right, and which one takes the room that is left. */
  right: boolean[];
  wide: number;
  widths: Size[];
  rows: { cells: string[]; strong: boolean; height: Size }[];
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
  factHeights: Size[];
  /** Of the labels. */
  factWidth: Size;
  heading: string;
  number: string;
  /** Below the heading. */
  remarks: string[];
  headline: string | null;
  blocks: Block[];
  /** `Page {page} of {pages}`, and what stands beside it. */
  page: string;
  footer: string;
  /** Below the footer on every page: what the law asks of letters of business. */
  legal: string[];
}
