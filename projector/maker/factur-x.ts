/**
 * Makes a PDF/A-3 with an attached invoice a Factur-X file: its XMP metadata must say so. The PDF stays as it is, byte for
 * byte, and an incremental update follows it (ISO 32000-1, 7.5.6): the new metadata object, its cross-reference, a trailer.
 *
 * It reads only what Typst writes: a cross-reference table in plain text, a metadata stream without compression.
 */
import { createHash } from "node:crypto";

/** The attachment's name, as Factur-X 1.0 and ZUGFeRD 2 require it. */
export const FACTUR_X_FILE = "factur-x.xml";

const NAMESPACE = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#";

/** The properties that say what is attached, with what their schema says of each. */
const PROPERTIES = [
  ["DocumentFileName", FACTUR_X_FILE, "name of the embedded XML invoice file"],
  ["DocumentType", "INVOICE", "INVOICE"],
  ["Version", "1.0", "version of the Factur-X XML schema"],
  ["ConformanceLevel", "EN 16931", "conformance level of the embedded Factur-X data"],
] as const;

const DESCRIPTION = [
  `<rdf:Description rdf:about="" xmlns:fx="${NAMESPACE}">`,
  ...PROPERTIES.map(([name, value]) => `<fx:${name}>${value}</fx:${name}>`),
  "</rdf:Description>",
].join("");

/** PDF/A allows no properties without their schema. */
const SCHEMA = [
  '<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>',
  `<pdfaSchema:namespaceURI>${NAMESPACE}</pdfaSchema:namespaceURI><pdfaSchema:prefix>fx</pdfaSchema:prefix>`,
  "<pdfaSchema:property><rdf:Seq>",
  ...PROPERTIES.map(
    ([name, , words]) =>
      `<rdf:li rdf:parseType="Resource"><pdfaProperty:name>${name}</pdfaProperty:name>` +
      "<pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>" +
      `<pdfaProperty:description>${words}</pdfaProperty:description></rdf:li>`,
  ),
  "</rdf:Seq></pdfaSchema:property></rdf:li>",
].join("");

/** The end of the list of schemas that Typst writes. A second list is an error in PDF/A. */
const SCHEMAS_END = "</rdf:Bag></pdfaExtension:schemas>";
const METADATA_END = "</rdf:RDF>";

/** Where something of a PDF is, and what it says. */
interface Trailer {
  size: number;
  root: number;
  info: number;
  ids: [string, string];
  /** The offset of the cross-reference table. */
  xref: number;
}

/** The trailer and all before it that a reader needs are in the last bytes. */
const TAIL_BYTES = 1_024;

/**
 * @param pdf PDF/A-3 of Typst with `factur-x.xml` attached
 * @throws Error if the PDF is not of that form
 */
export function withFacturXMetadata(pdf: Uint8Array): Uint8Array {
  const file = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength);
  const trailer = trailerOf(file);
  const catalog = objectAt(file, offsetOf(file, trailer, trailer.root), trailer.root);
  const number = Number(partOf(catalog, /\/Metadata (\d+) 0 R/));
  const metadata = described(metadataAt(file, offsetOf(file, trailer, number), number));
  const gap = file.at(-1) === 0x0a ? "" : "\n";
  const object = Buffer.concat([
    Buffer.from(`${number} 0 obj\n<<\n/Length ${metadata.length}\n/Type /Metadata\n/Subtype /XML\n>>\nstream\n`),
    metadata,
    Buffer.from("\nendstream\nendobj\n"),
  ]);
  const at = file.length + gap.length;
  const [permanent, earlier] = trailer.ids;
  const id = createHash("sha256").update(earlier).update(metadata).digest("base64").slice(0, earlier.length);
  const end =
    `xref\n${number} 1\n${String(at).padStart(10, "0")} 00000 n \n` +
    `trailer\n<<\n/Size ${trailer.size}\n/Root ${trailer.root} 0 R\n/Info ${trailer.info} 0 R\n` +
    `/ID [(${permanent}) (${id})]\n/Prev ${trailer.xref}\n>>\nstartxref\n${at + object.length}\n%%EOF\n`;
  return Buffer.concat([file, Buffer.from(gap), object, Buffer.from(end)]);
}

/** Adds the properties and their schema to the metadata. */
function described(metadata: string): Buffer {
  const parts = metadata.split(SCHEMAS_END);
  if (parts.length !== 2 || parts.join("").split(METADATA_END).length !== 2)
    throw new Error("the PDF's metadata have no single list of schemas");
  const text = parts.join(`${SCHEMA}${SCHEMAS_END}`).replace(METADATA_END, () => `${DESCRIPTION}${METADATA_END}`);
  return Buffer.from(text);
}

function trailerOf(file: Buffer): Trailer {
  const tail = file.toString("latin1", Math.max(0, file.length - TAIL_BYTES));
  const text = tail.slice(tail.lastIndexOf("trailer"));
  if (/\/Prev\b/.test(text)) throw new Error("the PDF was updated already");
  const ids = /\/ID \[\(([\w+/=]+)\) \(([\w+/=]+)\)\]/.exec(text);
  if (!ids?.[1] || !ids[2]) throw new Error("the PDF has no trailer as Typst writes it");
  return {
    size: Number(partOf(text, /\/Size (\d+)/)),
    root: Number(partOf(text, /\/Root (\d+) 0 R/)),
    info: Number(partOf(text, /\/Info (\d+) 0 R/)),
    ids: [ids[1], ids[2]],
    xref: Number(partOf(text, /startxref\s+(\d+)/)),
  };
}

/** The offset of an object. Typst numbers objects from 0 in one section; each entry has 20 bytes. */
function offsetOf(file: Buffer, { xref, size }: Trailer, number: number): number {
  const head = `xref\n0 ${size}\n`;
  if (file.toString("latin1", xref, xref + head.length) !== head) throw new Error("the PDF has no plain xref table");
  const entry = xref + head.length + 20 * number;
  return Number(partOf(file.toString("latin1", entry, entry + 20), /^(\d{10}) 00000 n/));
}

/** The dictionary of an object, as text. */
function objectAt(file: Buffer, offset: number, number: number): string {
  const head = `${number} 0 obj\n`;
  if (file.toString("latin1", offset, offset + head.length) !== head)
    throw new Error(`the PDF has no object ${number}`);
  return file.toString("latin1", offset, file.indexOf("endobj", offset));
}

function metadataAt(file: Buffer, offset: number, number: number): string {
  const object = objectAt(file, offset, number);
  const start = object.indexOf("stream\n") + "stream\n".length;
  if (/\/Filter\b/.test(object.slice(0, start))) throw new Error("the PDF's metadata are compressed");
  const length = Number(partOf(object.slice(0, start), /\/Length (\d+)/));
  return file.toString("utf8", offset + start, offset + start + length);
}

function partOf(text: string, pattern: RegExp): string {
  const part = pattern.exec(text)?.[1];
  if (part === undefined) throw new Error(`the PDF has no ${pattern.source}`);
  return part;
}
