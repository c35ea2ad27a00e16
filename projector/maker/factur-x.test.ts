/** The metadata of Factur-X, added to a PDF of Typst. Other programs judge the whole files (fixtures/einvoice). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { NodeCompiler } from "@myriaddreamin/typst-ts-node-compiler";
import { FACTUR_X_FILE, withFacturXMetadata } from "./factur-x.ts";

function pdfOf({ title = "Invoice", standard = "a-3a", body = "" } = {}): Buffer {
  const compiler = NodeCompiler.create();
  const mainFileContent = `#set document(title: ${JSON.stringify(title)}, date: datetime(year: 2026, month: 1, day: 2))
#pdf.attach(${JSON.stringify(FACTUR_X_FILE)}, bytes("<a/>"), relationship: "alternative", mime-type: "text/xml", description: "the invoice")
${body}`;
  return compiler.pdf({ mainFileContent }, { pdfStandard: standard });
}

/** Reads a PDF as a reader does: from its end, section by section. @returns the newest bytes of each object, by number */
function objectsOf(pdf: Buffer) {
  const objects = new Map<number, string>();
  const trailers: string[] = [];
  for (
    let at: number | null = Number(/startxref\n(\d+)\n%%EOF\n?$/.exec(pdf.toString("latin1", pdf.length - 40))?.[1]);
    at !== null;
  ) {
    const text = pdf.toString("latin1", at);
    const [head = "", first = "", count = ""] = /^xref\n(\d+) (\d+)\n/.exec(text) ?? [];
    for (let n = 0; n < Number(count); n++) {
      const entry = text.slice(head.length + 20 * n, head.length + 20 * (n + 1));
      assert.match(entry, /^\d{10} \d{5} [nf][ \r]\n$/);
      const [offset, number] = [Number(entry.slice(0, 10)), Number(first) + n];
      if (entry[17] === "f" || objects.has(number)) continue;
      const object = pdf.toString("latin1", offset, pdf.indexOf("endobj", offset));
      assert.ok(object.startsWith(`${number} 0 obj\n`), `object ${number}`);
      objects.set(number, object);
    }
    const trailer = text.slice(0, text.indexOf("startxref")).slice(text.indexOf("trailer"));
    trailers.push(trailer);
    const previous = /\/Prev (\d+)/.exec(trailer)?.[1];
    at = previous === undefined ? null : Number(previous);
  }
  return { objects, trailers };
}

function metadataOf(objects: ReadonlyMap<number, string>): string {
  const catalog = [...objects.values()].find((object) => /\/Type \/Catalog/.test(object)) ?? "";
  const object = objects.get(Number(/\/Metadata (\d+) 0 R/.exec(catalog)?.[1])) ?? "";
  const length = Number(/\/Length (\d+)/.exec(object)?.[1]);
  const start = object.indexOf("stream\n") + 7;
  assert.equal(object.slice(start + length), "\nendstream\n");
  return Buffer.from(object.slice(start, start + length), "latin1").toString("utf8");
}

test("the PDF stays as it is, and an update gives its metadata the properties of Factur-X with their schema", () => {
  for (const title of ["Invoice", "請求書 ١٢٣ & <Söhne> $& $1", "x".repeat(3_000)]) {
    const pdf = pdfOf({ title });
    const made = Buffer.from(withFacturXMetadata(pdf));
    assert.ok(made.subarray(0, pdf.length).equals(pdf));
    const [before, after] = [objectsOf(pdf), objectsOf(made)];
    const [metadataBefore, metadata] = [metadataOf(before.objects), metadataOf(after.objects)];
    for (const [number, object] of before.objects)
      if (!/\/Type \/Metadata/.test(object)) assert.equal(after.objects.get(number), object);
    assert.equal(after.objects.size, before.objects.size);
    assert.equal(metadata.match(/<pdfaExtension:schemas>/g)?.length, 1);
    for (const part of [
      "DocumentFileName>factur-x.xml<",
      "DocumentType>INVOICE<",
      "Version>1.0<",
      "ConformanceLevel>EN 16931<",
    ])
      assert.equal(metadata.split(`<fx:${part}`).length, 2, part);
    // Without what was added, it is the same.
    const schemaAt = metadata.indexOf('<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>Factur-X');
    const listEnd = metadata.indexOf("</rdf:Bag></pdfaExtension:schemas>", schemaAt);
    const withoutSchema = metadata.slice(0, schemaAt) + metadata.slice(listEnd);
    assert.equal(
      withoutSchema.replace(/<rdf:Description rdf:about="" xmlns:fx=.*?<\/rdf:Description>/, ""),
      metadataBefore,
    );
  }
});

test("the update's trailer keeps the catalog and the permanent id, and has an id of its own", () => {
  const pdf = pdfOf();
  const { trailers } = objectsOf(Buffer.from(withFacturXMetadata(pdf)));
  const [own = "", first = ""] = trailers;
  const part = (text: string, pattern: RegExp) => pattern.exec(text)?.[1];
  for (const pattern of [/\/Size (\d+)/, /\/Root (\d+ 0 R)/, /\/Info (\d+ 0 R)/, /\/ID \[\(([^)]+)\)/])
    assert.equal(part(own, pattern), part(first, pattern) ?? "none");
  assert.notEqual(part(own, /\/ID \[\([^)]+\) \(([^)]+)\)/), part(first, /\/ID \[\([^)]+\) \(([^)]+)\)/));
  assert.deepEqual(withFacturXMetadata(pdf), withFacturXMetadata(pdf));
});

test("a PDF of another form is refused, and so is one that was updated already", () => {
  const pdf = pdfOf();
  assert.throws(() => withFacturXMetadata(withFacturXMetadata(pdf)), /updated already/);
  assert.throws(() => withFacturXMetadata(pdfOf({ standard: "1.7" })), /list of schemas|trailer|Metadata/);
  assert.throws(() => withFacturXMetadata(pdf.subarray(0, pdf.length - 50)), /the PDF has no/);
  assert.throws(() => withFacturXMetadata(Buffer.from("not a PDF")), /the PDF has no/);
  const moved = Buffer.concat([Buffer.from("%"), pdf]);
  assert.throws(() => withFacturXMetadata(moved), /the PDF has no/);
});
