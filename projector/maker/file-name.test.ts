/** Names of files: whatever numbers and names are, every system can have the file. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { DOCUMENT_FORMATS } from "../../events/einvoice/formats.ts";
import { FileNames, fileNameOf, safeName } from "./file-name.ts";

test("a file is named after its number and its seller", () => {
  const named = { number: "INV-2026-0007", id: 12, seller: "Müller & Söhne GmbH" };
  assert.equal(fileNameOf(named, "pdf"), "INV-2026-0007 Müller & Söhne GmbH.pdf");
  assert.equal(fileNameOf(named, "factur-x"), "INV-2026-0007 Müller & Söhne GmbH.pdf");
  assert.equal(fileNameOf(named, "peppol-bis-3"), "INV-2026-0007 Müller & Söhne GmbH.xml");
  assert.equal(fileNameOf({ ...named, number: null }, "pdf"), "draft 12 Müller & Söhne GmbH.pdf");
  assert.equal(fileNameOf({ ...named, number: "RE/24.03/041" }, "pdf"), "RE-24.03-041 Müller & Söhne GmbH.pdf");
  assert.equal(fileNameOf({ ...named, seller: "株式会社サンプル" }, "cii"), "INV-2026-0007 株式会社サンプル.xml");
});

test("safeName() changes what Windows would refuse or change", () => {
  assert.equal(safeName("con"), "_con");
  assert.equal(safeName("LPT1.2026"), "_LPT1.2026");
  assert.equal(safeName("console"), "console");
  assert.equal(safeName(" ..a. . "), "a");
  assert.equal(safeName("a\u202Egnp.exe"), "agnp.exe");
  assert.equal(safeName("..."), "document");
  assert.equal(safeName("a\tb\nc"), "a-b-c");
});

test("any text becomes a name that Windows and Linux accept, and stays what it is then", () => {
  const text = fc.oneof(fc.string({ unit: "binary", maxLength: 200 }), fc.string({ maxLength: 80 }));
  fc.assert(
    fc.property(text, text, fc.constantFrom(...DOCUMENT_FORMATS), (number, seller, format) => {
      const name = fileNameOf({ number, id: 1, seller }, format);
      assert.doesNotMatch(name, /[<>:"/\\|?*\p{Cc}\p{Cf}]|[. ]$|^[. ]/u);
      assert.doesNotMatch(name, /^(?:con|prn|aux|nul|com\d|lpt\d)\./i);
      assert.ok(Buffer.byteLength(name) <= 255 && name.isWellFormed());
      assert.equal(safeName(safeName(number)), safeName(number));
    }),
  );
});

test("FileNames gives each file of a folder a name of its own", () => {
  const names = new FileNames();
  const given = ["A.pdf", "a.pdf", "B.pdf", "A.pdf", "a (2).pdf"].map((name) => names.unused(name));
  assert.deepEqual(given, ["A.pdf", "a (2).pdf", "B.pdf", "A (3).pdf", "a (2) (2).pdf"]);
});
