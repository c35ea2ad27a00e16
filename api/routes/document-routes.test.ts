/** The files of documents over HTTP: every format, their names, who may have them, and what is refused. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { DOCUMENT_FORMATS } from "../../events/einvoice/formats.ts";
import { call, join, openOffice } from "../sessions/people.suite.ts";

const office = await openOffice();
const { base, owner } = office;
const viewer = await join(office, "viewer");

const send = async (path: string, body: object, method = "POST") => {
  const { status, body: answer, text } = await call(base, method, path, body, { token: owner.token });
  assert.equal(status, 200, text);
  return { id: Number(answer.body ?? answer.stream), seq: Number(answer.seq) };
};
/** A file: a `GET` with the viewer's token. */
async function get(path: string) {
  const response = await fetch(new URL(path, base), { headers: { authorization: `Bearer ${viewer.token}` } });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, bytes, text: bytes.toString("latin1"), headers: response.headers };
}
async function problem(path: string): Promise<[number, string]> {
  const { status, bytes } = await get(path);
  return [status, JSON.parse(bytes.toString()).code];
}

const address = { street: "Straße 1", city: "Zürich", postcode: "8001", country: "CH" };
const client = await send("/api/clients", { name: "Zürich Café", address });
const LINE = {
  description: "Work & more",
  quantity6: 1e6,
  unit: "HUR",
  price6: 100e6,
  vatCategory: "S",
  vatRateBp: 2000,
};
const draft = await send("/api/invoices", { clientId: client.id, lines: [LINE] });
const issued = await send("/api/invoices", { clientId: client.id, lines: [LINE, LINE] });
const issue = await send(`/api/invoices/${issued.id}/issue`, {});
/** The formats for which it lacks something: electronic addresses, a buyer's reference, how it is paid. */
const LACKING = new Set<string>(["peppol-bis-3", "xrechnung-ubl", "xrechnung-cii"]);
const documentOf = (id: number, words = "") => `/api/invoices/${id}/document${words}`;

test("an issued document is had in every format whose rules it keeps, with its media type and a name", async () => {
  for (const format of DOCUMENT_FORMATS) {
    const { status, text, headers } = await get(documentOf(issued.id, `?format=${format}`));
    if (LACKING.has(format)) {
      const { code, values } = JSON.parse(text);
      assert.deepEqual([status, code, values.format], [409, "FORMAT_RULES", format]);
      continue;
    }
    assert.equal(status, 200, text);
    const isPdf = format === "pdf" || format === "factur-x";
    assert.equal(headers.get("content-type"), isPdf ? "application/pdf" : "application/xml");
    assert.match(text, isPdf ? /^%PDF-1\.7/ : /^<\?xml version="1\.0" encoding="UTF-8"\?>/);
    assert.equal(text.includes("<fx:ConformanceLevel>EN 16931<"), format === "factur-x");
    const ending = isPdf ? "pdf" : "xml";
    assert.match(
      headers.get("content-disposition") ?? "",
      new RegExp(`^attachment; filename="INV-[^"]+\\.${ending}"; filename\\*=UTF-8''INV-`),
    );
    assert.equal(headers.get("cache-control"), "private, no-cache");
  }
  const { cache } = createRequire(import.meta.url);
  assert.deepEqual(
    Object.keys(cache).filter((path) => path.includes("typst")),
    [],
    "what sets pages is not even loaded here",
  );
  const { text } = await get(documentOf(issued.id));
  assert.match(text, /^%PDF/, "paper unless another format is asked for");
});

test("equal requests get equal bytes", async () => {
  const [one, other] = [
    await get(documentOf(issued.id, "?format=factur-x")),
    await get(documentOf(issued.id, "?format=factur-x")),
  ];
  assert.ok(one.bytes.equals(other.bytes));
});

test("a draft is paper only, whose name says that it is a draft", async () => {
  const { status, headers, text } = await get(documentOf(draft.id));
  assert.equal(status, 200, text);
  assert.match(headers.get("content-disposition") ?? "", new RegExp(`filename="draft ${draft.id} `));
  assert.deepEqual(await problem(documentOf(draft.id, "?format=ubl")), [409, "NOT_ISSUED"]);
});

test("a document of the past is as it was then", async () => {
  assert.deepEqual(await problem(documentOf(issued.id, `?format=cii&at=${issue.seq - 1}`)), [409, "NOT_ISSUED"]);
  const { status } = await get(documentOf(issued.id, `?format=cii&at=${issue.seq}`));
  assert.equal(status, 200);
  assert.deepEqual(await problem(documentOf(issued.id, `?at=${issued.id - 1}`)), [404, "UNKNOWN_INVOICE"]);
  assert.deepEqual(await problem(documentOf(issued.id, "?at=999999")), [422, "NOT_VALID"]);
});

test("what there is not, and who is nobody, gets no document", async () => {
  assert.deepEqual(await problem(documentOf(999)), [404, "UNKNOWN_INVOICE"]);
  assert.deepEqual(await problem(documentOf(client.id)), [404, "UNKNOWN_INVOICE"]);
  assert.deepEqual(await problem(documentOf(issued.id, "?format=docx")), [422, "NOT_VALID"]);
  assert.deepEqual(await problem(documentOf(issued.id, "?page=1")), [400, "UNKNOWN_PARAMETER"]);
  const nobody = await fetch(new URL(documentOf(issued.id), base));
  assert.equal(nobody.status, 401);
});

test("a check lists what a document lacks for a format, a draft as it would be issued", async () => {
  const findings = async (id: number, format: string) => {
    const { status, bytes } = await get(`/api/invoices/${id}/check?format=${format}`);
    assert.equal(status, 200, bytes.toString());
    return JSON.parse(bytes.toString()).rows as Record<string, string>[];
  };
  for (const { id } of [draft, issued]) {
    assert.deepEqual(await findings(id, "pdf"), []);
    const found = await findings(id, "peppol-bis-3");
    const address = found.find(({ path }) => path === "seller.electronicAddress");
    assert.deepEqual([address?.["term"], address?.["where"]], ["BT-34", "organization"], JSON.stringify(found));
    assert.ok(!found.some(({ term }) => term === "BT-1"), "the number of a draft is not missing");
  }
  assert.deepEqual(await problem("/api/invoices/999/check?format=ubl"), [404, "UNKNOWN_INVOICE"]);
  assert.deepEqual(await problem(`/api/invoices/${issued.id}/check`), [422, "NOT_VALID"]);
});
