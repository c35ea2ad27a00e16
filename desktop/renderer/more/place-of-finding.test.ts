/** Every part of a document that a rule can find fault with leads to a field that a form has. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import type { Finding } from "../../../events/einvoice/finding.ts";
import { DOCUMENT_FORMATS } from "../../../events/einvoice/formats.ts";
import { checkFormat } from "../../../events/einvoice/rules/check-format.ts";
import type { SemanticInvoice } from "../../../events/einvoice/semantic.ts";
import { anyDocument } from "../../../fixtures/einvoice/any-document.ts";
import { termsInvoice } from "../../../fixtures/einvoice/terms-invoice.ts";
import { CLIENT_FORM } from "../screens/clients/client-form-fields.ts";
import { ORGANIZATION_FORM } from "../screens/settings/organization-form-fields.ts";
import { fieldsOfGroup, listsOfGroup, type MoreGroup } from "./more.ts";
import { DOCUMENT_MORE, LINE_MORE } from "./more-of-document.ts";
import { CLIENT_MORE, ORGANIZATION_MORE } from "./more-of-parties.ts";
import { type Place, placeOfFinding, type Stated } from "./place-of-finding.ts";

const RULES = new URL("../../../events/einvoice/rules/", import.meta.url);

/** The names behind "More"; `notes.0.text` of a list. */
function namesIn(group: MoreGroup, at = "more"): string[] {
  const ofLists = listsOfGroup(group).flatMap(([path, { fields }]) => [
    path,
    ...Object.keys(fields).map((name) => `${path}.0.${name}`),
  ]);
  return [...fieldsOfGroup(group).map(([path]) => path), ...ofLists].map((path) => `${at}.${path}`);
}

function namesOf(fields: Readonly<Record<string, { at?: string }>>): string[] {
  return Object.entries(fields).map(([name, { at = name }]) => at);
}

const ADJUSTMENT = ["kind", "reason", "amountMinor", "baseMinor", "vatCategory", "vatRate3"];
const LINE = ["code", "description", "quantity6", "unit", "price6", "vatCategory", "vatRate3"];

/** The names of all fields, with 0 for the place in a list. */
const FIELDS: { readonly [W in Finding["where"]]: ReadonlySet<string> } = {
  document: new Set([
    ...["clientId", "currency", "termsDays", "deliveredOn", "buyerReference", "orderReference", "note"],
    ...["prepaidMinor", "roundingMinor", "reasons.E"],
    ...ADJUSTMENT.flatMap((name) => [`adjustments.0.${name}`, `lines.0.adjustments.0.${name}`]),
    ...LINE.map((name) => `lines.0.${name}`),
    ...namesIn(DOCUMENT_MORE),
    ...namesIn(LINE_MORE, "lines.0.more"),
  ]),
  client: new Set([...namesOf(CLIENT_FORM.fields), ...namesIn(CLIENT_MORE)]),
  organization: new Set([...namesOf(ORGANIZATION_FORM.fields), ...namesIn(ORGANIZATION_MORE)]),
  issue: new Set(["number", "issuedOn", "dueOn", "exchangeRate6"]),
};

const PLAIN: Stated = { hasNote: false, corrects: false, hasAccounts: false, categories: Array(99).fill("E") };
const OWN: Stated = { ...PLAIN, hasAccounts: true };

function isThere({ where, field }: Place): boolean {
  if (field === null) return false;
  return FIELDS[where].has(field.replaceAll(/\.\d+(?=\.|$)/g, ".0").replace(/^reasons\..+$/, "reasons.E"));
}

/** All paths of a document that states every term, those of whole parts too. */
function pathsIn(value: unknown, path = ""): string[] {
  const own = path === "" ? [] : [path];
  if (value === null || typeof value !== "object") return own;
  const inside = Object.entries(value).flatMap(([name, one]) => pathsIn(one, path === "" ? name : `${path}.${name}`));
  return [...own, ...inside];
}

const whereOf = (path: string): Finding["where"] => (path.startsWith("buyer") ? "client" : "document");
const PATHS = pathsIn(termsInvoice("credit_note")).filter((path) => path !== "kind" && path !== "totals");

test("placeOfFinding() leads from each part of the model to a field that a form has", () => {
  for (const path of PATHS)
    for (const stated of [PLAIN, OWN]) {
      const place = placeOfFinding({ path, where: whereOf(path) }, stated);
      assert.ok(isThere(place), `${path} → ${place.where} ${place.field}`);
    }
});

test("each path that a rule names is one of the model", () => {
  const known = PATHS.map((path) => `.${path}`);
  const named = readdirSync(RULES).flatMap((file) =>
    [...readFileSync(new URL(file, RULES), "utf8").matchAll(/\bpath: "([\w.]+)"/g)].map(([, path = ""]) => path),
  );
  assert.ok(named.length > 100, `${named.length} paths`);
  for (const path of named)
    assert.ok(
      known.some((one) => one.endsWith(`.${path}`)),
      path,
    );
});

/** The document with one of its parts absent, blank, or another text. */
function spoilt(document: SemanticInvoice, at: number, as: number): SemanticInvoice {
  const copy = structuredClone(document);
  const paths = pathsIn(copy).filter((path) => !path.startsWith("totals") && !/^(?:kind|lines|taxes)$/.test(path));
  const steps = (paths[at % paths.length] ?? "").split(".");
  const last = steps.pop() ?? "";
  const part = steps.reduce<Record<string, unknown>>((one, step) => one[step] as typeof one, copy as never);
  const value = part[last];
  if (typeof value === "string") part[last] = [null, " ", "Q?"][as % 3];
  else if (typeof value === "number") part[last] = [-1, value + 1, 0][as % 3];
  else if (!Array.isArray(part) && !Array.isArray(value) && !/^(?:address|seller|buyer)$/.test(last)) part[last] = null;
  return copy;
}

test("what the rules find in random documents leads to a field that a form has", () => {
  const rules = new Set<string>();
  const spoiltDocument = fc.tuple(anyDocument, fc.nat(9999), fc.nat(99)).map((all) => spoilt(...all));
  fc.assert(
    fc.property(spoiltDocument, fc.constantFrom(...DOCUMENT_FORMATS), (document, format) => {
      for (const finding of findingsIn(document, format)) {
        rules.add(finding.rule);
        if (finding.path === "number") continue; // issuing gives it
        const place = placeOfFinding(finding, PLAIN);
        assert.ok(isThere(place), `${finding.rule}: ${finding.path} → ${place.where} ${place.field}`);
      }
    }),
    { numRuns: 1500 },
  );
  assert.ok(rules.size > 40, `only ${rules.size} rules were broken`);
});

/** Rules read what events allow: a text where there must be one is there. */
function findingsIn(document: SemanticInvoice, format: (typeof DOCUMENT_FORMATS)[number]): Finding[] {
  try {
    return checkFormat(document, format);
  } catch (error) {
    if (error instanceof TypeError) return [];
    throw error;
  }
}

test("placeOfFinding() knows which notes, preceding invoices and accounts a form has elsewhere", () => {
  const of = (path: string, stated: Partial<Stated> = {}) => {
    const { where, field } = placeOfFinding({ path, where: "document" }, { ...PLAIN, ...stated });
    return `${where} ${field}`;
  };
  assert.equal(of("notes.0.text", { hasNote: true }), "document note");
  assert.equal(of("notes.1.subject", { hasNote: true }), "document more.notes.0.subject");
  assert.equal(of("notes.1.subject"), "document more.notes.1.subject");
  assert.equal(of("preceding.0.number", { corrects: true }), "document null");
  assert.equal(of("preceding.1", { corrects: true }), "document more.preceding.0.number");
  assert.equal(of("payment"), "organization iban");
  assert.equal(of("payment.accounts"), "organization iban");
  assert.equal(of("payment.accounts.0.bic"), "organization bic");
  assert.equal(of("payment.accounts.2.account"), "organization more.accounts.1.account");
  assert.equal(of("payment.accounts.2.account", { hasAccounts: true }), "document more.payment.accounts.2.account");
  assert.equal(of("taxes.1.reasonCode", { categories: ["S", "AE"] }), "document reasons.AE");
});
