/** The sheet of a document: its content, and on what it is set. */
import { readableColour } from "../parts/colour.ts";
import type { PaperInput } from "../parts/input.ts";
import { withoutMissing } from "../parts/missing-glyphs.ts";
import { breakable } from "./breakable.ts";
import { type Content, invoiceContent } from "./invoice.ts";
import type { Block, Sheet } from "./sheet.ts";
import { statementContent } from "./statement.ts";
import { wordingOf } from "./words/words.ts";

/** What only the typesetter knows: the families of fonts in their order, and the file of the logo. */
export interface Means {
  fonts: (texts: string) => readonly string[];
  logo: string | null;
}

export function compose(input: PaperInput, means: Means): Sheet {
  const wording = wordingOf(input.language);
  const { document, size, mark, attachment } = input;
  const content: Content = eachText(
    document.kind === "invoice"
      ? invoiceContent(document.invoice, document.cancels, wording)
      : statementContent(document, wording),
    withoutMissing,
  );
  const { issuedOn, ...texts } = content;
  return {
    size,
    language: wording.language,
    country: wording.country,
    fonts: means.fonts(JSON.stringify(content)),
    colour: readableColour(input.colour),
    logo: means.logo,
    mark: mark && wording.words.marks[mark],
    file: {
      title: [texts.heading, texts.number].filter((part) => part !== "").join(" "),
      author: texts.brand,
      date: dateOf(issuedOn),
    },
    attachment: attachment && {
      name: attachment.name,
      mediaType: attachment.mediaType,
      description: attachment.description,
      relationship: attachment.relationship,
    },
    ...texts,
    // Nobody is to pay for a draft or a void document.
    blocks: mark === "draft" || mark === "void" ? texts.blocks.map(withoutCode) : texts.blocks,
    brand: breakable(texts.brand, 18),
    page: wording.words.page,
  };
}

function withoutCode(block: Block): Block {
  return block.kind === "payment" ? { ...block, code: null } : block;
}

/** A copy in which every text is changed. */
function eachText<T>(value: T, change: (text: string) => string): T;
function eachText(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((each) => eachText(each, change));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, eachText(each, change)]));
}

function dateOf(day: string): Sheet["file"]["date"] {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  return match && [Number(match[1]), Number(match[2]), Number(match[3])];
}
