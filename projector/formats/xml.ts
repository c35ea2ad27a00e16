/**
 * Writes XML 1.0 by concatenation: no tree, so a document of twenty lines takes microseconds. Every element ends its
 * line, and nothing is indented. Elements hold either text or elements, so the line ends never become part of a text.
 */

/** What cannot stand in a text as it is. Cs: lone surrogates. Both noncharacters and most of Cc are not in XML at all. */
const SPECIAL = /[&<>"\p{Cc}\p{Cs}\ufffe\uffff]/gu;

const REFERENCES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;", // only `]]>` needs it, but readers that search by text expect it
  '"': "&quot;",
  "\r": "&#13;", // as it is, a parser would read a line feed
};

/** A character that XML 1.0 cannot hold, not even as a reference, becomes U+FFFD: the file must always parse. */
function referenceOf(character: string): string {
  const reference = REFERENCES[character];
  if (reference !== undefined) return reference;
  if (character === "\t" || character === "\n" || (character >= "\u007f" && character <= "\u009f")) return character;
  return "\ufffd";
}

/** In an attribute a parser would read these as blanks. */
function attributeReferenceOf(character: string): string {
  if (character === "\t") return "&#9;";
  return character === "\n" ? "&#10;" : referenceOf(character);
}

/** `<name>text</name>`; nothing if there is no text. @param name a literal of our own code */
export function leaf(name: string, text: string | null | undefined): string {
  return text === null || text === undefined ? "" : `<${name}>${text.replace(SPECIAL, referenceOf)}</${name}>\n`;
}

/** A leaf with attributes; those that are null are left out. */
export function leafWith(name: string, text: string | null, attributes: Record<string, string | null>): string {
  if (text === null) return "";
  let opening = `<${name}`;
  for (const attribute in attributes) {
    const value = attributes[attribute] ?? null;
    if (value !== null) opening += ` ${attribute}="${value.replace(SPECIAL, attributeReferenceOf)}"`;
  }
  return `${opening}>${text.replace(SPECIAL, referenceOf)}</${name}>\n`;
}

/** An element around others; nothing if there are none, because the formats forbid empty elements. */
export function group(name: string, ...content: string[]): string {
  const inner = content.join("");
  return inner === "" ? "" : `<${name}>\n${inner}</${name}>\n`;
}

/** `write` for each item. */
export function each<T>(items: readonly T[], write: (item: T, index: number) => string): string {
  let text = "";
  for (const [index, item] of items.entries()) text += write(item, index);
  return text;
}

/** The whole file. @param namespaces by prefix; the empty prefix is the default one */
export function xmlFile(root: string, namespaces: Readonly<Record<string, string>>, ...content: string[]): string {
  const declared = Object.entries(namespaces).map(([prefix, uri]) => ` xmlns${prefix && `:${prefix}`}="${uri}"`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${declared.join("")}>\n${content.join("")}</${root}>\n`;
}
