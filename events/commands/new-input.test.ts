import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { Refusal } from "../errors.ts";
import { isCountry } from "../values/country-codes.ts";
import { textKindOf } from "../values/schema.ts";
import { isUnit } from "../values/unit-codes.ts";
import { hiddenCharacter, isBlank } from "../values/visible-text.ts";
import { COMMANDS, type CommandName } from "./commands.ts";
import { checkNewInput, rulesOfInput } from "./new-input.ts";

const CLIENT = { name: "A client", address: { country: "FR" } };
const LINE = { description: "Work", quantity6: 1, unit: "HUR", price6: 1, vatCategory: "S", vatRate3: 20_000 };

/** The rule and the field that refuse an input; null if it is accepted. */
function refusalOf(command: CommandName, input: unknown, before?: unknown): string | null {
  const schema = COMMANDS[command].input;
  try {
    checkNewInput(schema, schema.parse(input), () => before);
    return null;
  } catch (error) {
    assert.ok(error instanceof Refusal);
    assert.ok(error.message.includes(error.field ?? "?"));
    return `${error.rule} ${error.field}`;
  }
}

test("checkNewInput() refuses text that nobody can see", () => {
  for (const blank of [
    " ",
    "\u3000",
    "\u00a0\u2003",
    "\u200b",
    "\u200d",
    "\u2800",
    "\u3164",
    "\ufeff",
    "\u200f",
    "\u00ad",
    "\ufe0f",
  ]) {
    assert.equal(refusalOf("RegisterClient", { ...CLIENT, name: blank }), "BLANK_TEXT name", JSON.stringify(blank));
    assert.ok(isBlank(blank));
  }
  assert.equal(refusalOf("VoidInvoice", { reason: "  " }), "BLANK_TEXT reason");
  assert.equal(refusalOf("DraftInvoice", { note: "\n\t\n" }), "BLANK_TEXT note");
  const address = { country: "FR", city: "\u2003" };
  assert.equal(refusalOf("RegisterClient", { ...CLIENT, address }), "BLANK_TEXT address.city");
});

test("checkNewInput() refuses hidden characters and changes of direction, with the path", () => {
  const hidden =
    "\u00ad \u034f \u115f \u180e \u200b \u2028 \u2029 \u202a \u202b \u202c \u202d \u202e \u2060 \u2064 \u2066 \u2067 \u2068 \u2069 \u206a \u3164 \ufeff \uffa0 \ufff9 \u{e0041}";
  for (const character of hidden.split(" "))
    for (const name of [`A${character}B`, `${character}AB`, `AB${character}`]) {
      const code = `U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")}`;
      assert.equal(hiddenCharacter(name), code);
      assert.equal(refusalOf("RegisterClient", { ...CLIENT, name }), "HIDDEN_CHARACTER name", code);
    }
  for (const joined of ["A\u200dB", "\u200cA", "1\u200c2", "می\u200c", "\u200d👩", "a \u200db", "می\u200c\u200cخ"])
    assert.equal(
      refusalOf("RegisterClient", { ...CLIENT, name: joined }),
      "HIDDEN_CHARACTER name",
      JSON.stringify(joined),
    );
  const loose = [
    "Ltd\u200e",
    "\u200fLtd",
    "L\u061ctd",
    "Ltd\ufe0f",
    "L\ufe00td",
    "\ufe0f❤",
    "Ltd\u180b",
    "Ж\ufe0f",
    "1\ufe0f",
    "é\ufe0f",
  ];
  for (const name of [...loose, "e\u0301\ufe0f", "❤\ufe0f\ufe0f", "A\u{e0100}", "葛\u{e0100}\u{e0101}"])
    assert.equal(refusalOf("RegisterClient", { ...CLIENT, name }), "HIDDEN_CHARACTER name", JSON.stringify(name));
  const lines = [LINE, { ...LINE, description: "safe\u202etxt.exe" }];
  assert.equal(refusalOf("DraftInvoice", { lines }), "HIDDEN_CHARACTER lines.1.description");
  assert.equal(refusalOf("RegisterClient", { ...CLIENT, email: "a\u200bb@example.com" }), "HIDDEN_CHARACTER email");
  for (const character of ["\u200e", "\u061c", "\u2800", "\ufe0f", "ש\u200f", "می\u200cخ"])
    assert.equal(
      refusalOf("RegisterClient", { ...CLIENT, email: `a${character}@example.com` }),
      "HIDDEN_CHARACTER email",
      JSON.stringify(character),
    );
  const series = [{ name: "m\u2060ain", kind: "both", pattern: "{0}", first: 1, reset: "never", foreign: false }];
  assert.equal(refusalOf("ChangeProfile", { series }), "HIDDEN_CHARACTER series.0.name");
});

test("checkNewInput() accepts the names of the world", () => {
  for (const name of [
    "Zoë & Søn",
    "Müller–Lüdenscheidt GmbH",
    "Café “L’Été”",
    "株式会社ファミリーマート",
    "葛\u{e0100}飾区",
    "شرکت می\u200cخواهم",
    "क्\u200dष Traders",
    "\u200fחברה בע״מ",
    "مؤسسة (ABC)\u200e",
    "👩\u200d💻 Studio",
    "❤️\u200d🔥",
    "1️⃣ Group",
    "™️ & ©️ ℹ️ ‼️ Ⓜ️",
    "က\ufe00",
    "ア、\ufe00",
    "ᠮᠣᠩᠭᠣᠯ\u180b",
    "A\u00a0B",
    " padded ",
    "\uffff",
  ])
    assert.equal(refusalOf("RegisterClient", { ...CLIENT, name }), null, name);
  assert.equal(refusalOf("DraftInvoice", { note: "two\n\tlines" }), null);
});

test("checkNewInput() refuses countries and units outside their lists", () => {
  for (const country of ["ZZ", "XX", "AA", "UK", "EU", "EL", "QM"]) {
    assert.equal(refusalOf("RegisterClient", { ...CLIENT, address: { country } }), "UNKNOWN_COUNTRY address.country");
    assert.equal(isCountry(country), false);
  }
  for (const country of ["FR", "GB", "SS", "XI", "XK"]) assert.ok(isCountry(country), country);
  for (const unit of ["XXX", "QQQ", "1", "PCS", "HR"]) {
    assert.equal(refusalOf("DraftInvoice", { lines: [{ ...LINE, unit }] }), "UNKNOWN_UNIT lines.0.unit", unit);
    assert.equal(isUnit(unit), false);
  }
  for (const unit of ["C62", "H87", "EA", "HUR", "DAY", "KGM", "LS", "SET", "XBX", "XPK"])
    assert.ok(isUnit(unit), unit);
});

test("checkNewInput() lets texts stay that the record has already", () => {
  const before = { name: "A\u200bB", address: { country: "ZZ", city: " " } };
  assert.equal(refusalOf("ChangeClientDetails", { name: "A\u200bB", address: { country: "ZZ" } }, before), null);
  assert.equal(refusalOf("ChangeClientDetails", { name: "A\u200bC" }, before), "HIDDEN_CHARACTER name");
  assert.equal(refusalOf("ChangeClientDetails", { phone: null }, before), null);
});

test("an e-mail address needs a domain that mail can be sent to; one that is recorded may stay", () => {
  const long = "a".repeat(64);
  const label = "a".repeat(63);
  for (const domain of [
    "e..com",
    ".com",
    "e.com.",
    "-e.com",
    "e-.com",
    "e_x.com",
    `${long}.com`,
    "a,b.com",
    "[1.2.3.4",
    "(e).com",
  ])
    assert.equal(
      refusalOf("RegisterClient", { ...CLIENT, email: `x@${domain}` }),
      "EMAIL_DOMAIN_NOT_VALID email",
      domain,
    );
  for (const domain of [
    "e.com",
    "xn--mller-kva.example",
    "müller.example",
    "localhost",
    "a-b.co.uk",
    `${label}.com`,
    "[192.0.2.1]",
    "例え.jp",
  ])
    assert.equal(refusalOf("RegisterClient", { ...CLIENT, email: `x@${domain}` }), null, domain);
  const before = { ...CLIENT, email: "x@e..com" };
  assert.equal(refusalOf("ChangeClientDetails", { email: "x@e..com" }, before), null);
});

test("checkNewInput() refuses codes that are in no list, and takes those that the record has", () => {
  const electronicAddress = (scheme: string) => ({ ...CLIENT, more: { electronicAddress: { id: "x", scheme } } });
  assert.equal(refusalOf("RegisterClient", electronicAddress("0088")), null);
  const refused = "UNKNOWN_CODE more.electronicAddress.scheme";
  for (const scheme of ["88", "em", "EM ", "ZZZZ"])
    assert.equal(refusalOf("RegisterClient", electronicAddress(scheme)), refused, scheme);
  const change = { more: electronicAddress("OLD").more };
  assert.equal(refusalOf("ChangeClientDetails", change), refused);
  assert.equal(refusalOf("ChangeClientDetails", change, electronicAddress("OLD")), null);
});

/** An input that states a text at a path alone. */
function inputAt(path: string, text: string): object {
  return path
    .split(".")
    .reduceRight<unknown>((value, step) => (step === "0" ? [value] : { [step]: value }), text) as object;
}

/** The paths of all codes of an input, with 0 for each place in a list. */
function codesIn(schema: unknown, path = ""): string[] {
  const at = (step: string) => (path === "" ? step : `${path}.${step}`);
  if (schema instanceof z.ZodNullable || schema instanceof z.ZodDefault || schema instanceof z.ZodOptional)
    return codesIn(schema.unwrap(), path);
  if (schema instanceof z.ZodArray) return codesIn(schema.element, at("0"));
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape).flatMap(([name, part]) => codesIn(part, at(name)));
  const kind = textKindOf(schema as z.ZodType);
  return kind === undefined || kind === "text" || kind === "email" ? [] : [path];
}

test("checkNewInput() refuses an unknown code at each place of each command that has one", () => {
  const places = (["DraftInvoice", "ReviseInvoice", "RegisterClient", "AddItem", "ChangeProfile"] as const).flatMap(
    (command) => codesIn(COMMANDS[command].input).map((path) => [command, path] as const),
  );
  assert.ok(places.length > 40, `${places.length} places`);
  for (const [command, path] of places)
    assert.throws(
      () => checkNewInput(COMMANDS[command].input, inputAt(path, "999Z")),
      (error) => error instanceof Refusal && /^UNKNOWN_(?:CODE|COUNTRY|UNIT)$/.test(error.rule) && error.field === path,
      `${command} ${path}`,
    );
});

test("rulesOfInput() lists what can refuse an input", () => {
  const text = ["BLANK_TEXT", "HIDDEN_CHARACTER"];
  const email = "EMAIL_DOMAIN_NOT_VALID";
  assert.deepEqual(rulesOfInput(COMMANDS.RegisterClient.input), [...text, email, "UNKNOWN_COUNTRY", "UNKNOWN_CODE"]);
  assert.deepEqual(rulesOfInput(COMMANDS.AddItem.input), [...text, "UNKNOWN_UNIT", "UNKNOWN_CODE", "UNKNOWN_COUNTRY"]);
  assert.deepEqual(rulesOfInput(COMMANDS.ArchiveClient.input), []);
  assert.deepEqual(rulesOfInput(COMMANDS.ChangeRole.input), []);
});

test("an e-mail address can be in any case, with blanks around it: the event has its one spelling", () => {
  for (const command of ["RegisterClient", "ChangeClientDetails", "ChangeProfile", "ChangeUserDetails"] as const) {
    const rest = command === "RegisterClient" ? CLIENT : {};
    const input = COMMANDS[command].input.parse({ ...rest, email: " Anna.Müller@Example.COM" });
    assert.equal((input as { email: string }).email, "anna.müller@example.com");
  }
});
