/**
 * An XML file as a tree whose parts are taken out one by one. What nobody took is what the reader of a format does not
 * carry: `leftovers` lists it, so that nothing is lost unseen.
 *
 * The parser is `saxes`, which jsdom uses: it checks that a file is well-formed, resolves namespaces, expands no entities
 * of the file's own, and opens no other files.
 */
import { SaxesParser, type SaxesTagNS } from "saxes";
import { QDT, RAM, RSM, UDT } from "../cii-names.ts";
import { CAC, CBC, rootNamespace } from "../ubl-names.ts";
import { FormatError } from "./format-error.ts";

/** Whatever prefixes a file declares, its elements get these. */
const PREFIXES: ReadonlyMap<string, string> = new Map([
  [rootNamespace("Invoice"), ""],
  [rootNamespace("CreditNote"), ""],
  [CAC, "cac:"],
  [CBC, "cbc:"],
  [RSM, "rsm:"],
  [RAM, "ram:"],
  [QDT, "qdt:"],
  [UDT, "udt:"],
]);

/** Attributes that say more of a code list or scheme than its name. They are the same for all documents. */
const OF_LISTS = new Set(
  "unitCodeListID unitCodeListAgencyID listAgencyID listAgencyName listName listURI schemeName schemeAgencyID".split(
    " ",
  ),
);

/** Real documents have about eight levels. */
const MAX_DEPTH = 64;

/** An element or attribute that was not taken. */
export interface Leftover {
  /** Such as `/Invoice/cac:InvoiceLine[2]/cbc:UUID`. */
  path: string;
  value: string;
}

export class XmlElement {
  /** With the prefix of its namespace in our own files, such as `cbc:ID`. */
  readonly name: string;
  readonly path: string;
  #text = "";
  #isTaken = false;
  readonly #children: XmlElement[] = [];
  readonly #counts = new Map<string, number>();
  readonly #attributes = new Map<string, string>();

  constructor(name: string, path: string) {
    this.name = name;
    this.path = path;
  }

  /** The next child of that name that was not taken; null if there is none. */
  take(name: string, isWanted: (child: XmlElement) => boolean = () => true): XmlElement | null {
    const child = this.#children.find((each) => each.name === name && !each.#isTaken && isWanted(each));
    if (!child) return null;
    child.#isTaken = true;
    return child;
  }

  /** All children of that name that were not taken, in their order. */
  takeAll(name: string, isWanted: (child: XmlElement) => boolean = () => true): XmlElement[] {
    const found: XmlElement[] = [];
    for (const child of this.#children)
      if (child.name === name && !child.#isTaken && isWanted(child)) {
        child.#isTaken = true;
        found.push(child);
      }
    return found;
  }

  /** Takes a child. @throws FormatError MISSING */
  need(name: string): XmlElement {
    const child = this.take(name);
    if (child) return child;
    throw new FormatError("MISSING", `${this.path} has no ${name}`);
  }

  /** The text as it stands, with all of its white space; null if it is blank. */
  get text(): string | null {
    return this.#text.trim() === "" ? null : this.#text;
  }

  /** The first child of that name, without taking it. */
  child(name: string): XmlElement | null {
    return this.#children.find((each) => each.name === name) ?? null;
  }

  /** The text of a child, without taking it. */
  peek(name: string): string | null {
    return this.child(name)?.text?.trim() ?? null;
  }

  /** An attribute of a child, without taking either. */
  peekAttribute(name: string, attribute: string): string | null {
    return this.child(name)?.peekOwnAttribute(attribute) ?? null;
  }

  /** An attribute, without taking it. */
  peekOwnAttribute(name: string): string | null {
    return this.#attributes.get(name) ?? null;
  }

  /** Takes an attribute; null if it is missing or blank. */
  attribute(name: string): string | null {
    const value = this.#attributes.get(name);
    this.#attributes.delete(name);
    return value === undefined || value.trim() === "" ? null : value;
  }

  /** Takes an attribute if it says what it always says. */
  takeAttribute(name: string, value: string): void {
    if (this.#attributes.get(name) === value) this.#attributes.delete(name);
  }

  /** What was not taken, of this element and all below. */
  *leftovers(): Generator<Leftover> {
    for (const [name, value] of this.#attributes) yield { path: `${this.path}/@${name}`, value };
    if (this.#children.length > 0 && this.#text.trim() !== "") yield { path: this.path, value: this.#text.trim() };
    for (const child of this.#children) {
      if (!child.#isTaken && child.#children.length === 0 && child.text !== null)
        yield { path: child.path, value: child.#text };
      yield* child.leftovers();
    }
  }

  /**
   * Parses a file.
   *
   * @throws FormatError NOT_XML
   */
  static parse(xml: string): XmlElement {
    const parser = new SaxesParser({ xmlns: true });
    const open: XmlElement[] = [];
    let root: XmlElement | undefined;
    parser.on("error", (error) => {
      throw new FormatError("NOT_XML", `not well-formed XML: ${error.message}`, { cause: error });
    });
    parser.on("doctype", () => {
      throw new FormatError("NOT_XML", "the file has a document type declaration");
    });
    parser.on("opentag", (tag) => {
      const element = elementOf(tag, open.at(-1));
      root ??= element;
      if (open.push(element) > MAX_DEPTH) throw new FormatError("NOT_XML", `more than ${MAX_DEPTH} levels of elements`);
    });
    const addText = (text: string) => {
      const element = open.at(-1);
      if (element) element.#text += text;
    };
    parser.on("text", addText);
    parser.on("cdata", addText);
    parser.on("closetag", () => {
      open.pop();
    });
    parser.write(xml).close();
    if (!root) throw new FormatError("NOT_XML", "the file has no element");
    return root;
  }

  /** Appends an element as the last child. */
  add(name: string): XmlElement {
    const position = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, position);
    const child = new XmlElement(name, `${this.path}/${name}${position > 1 ? `[${position}]` : ""}`);
    this.#children.push(child);
    return child;
  }

  setAttribute(name: string, value: string): void {
    this.#attributes.set(name, value);
  }
}

function elementOf(tag: SaxesTagNS, parent: XmlElement | undefined): XmlElement {
  const prefix = PREFIXES.get(tag.uri);
  const name = prefix === undefined ? `{${tag.uri}}${tag.local}` : prefix + tag.local;
  const element = parent ? parent.add(name) : new XmlElement(name, `/${name}`);
  for (const { prefix, local, uri, value } of Object.values(tag.attributes)) {
    // Declarations of namespaces, and hints where a schema lies (xsi:…), say nothing of the document.
    if (prefix === "xmlns" || local === "xmlns" || uri === "http://www.w3.org/2001/XMLSchema-instance") continue;
    if (OF_LISTS.has(local)) continue;
    element.setAttribute(local, value);
  }
  return element;
}
