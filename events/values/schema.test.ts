import assert from "node:assert/strict";
import { test } from "node:test";
import type { z } from "zod";
import { address, buyer, seller } from "../document/party.ts";
import { isDate } from "./date.ts";
import {
  bytes,
  country,
  currency,
  date,
  email,
  int,
  language,
  line,
  lines,
  MAX_INT,
  minor,
  minorFromZero,
  price6,
  quantity6,
  rate3,
  streamId,
  timeZone,
  unit,
} from "./schema.ts";

function accepts(schema: z.ZodType, ...values: unknown[]) {
  for (const value of values) assert.equal(schema.safeParse(value).success, true, JSON.stringify(value));
}

function refuses(schema: z.ZodType, ...values: unknown[]) {
  for (const value of values) assert.equal(schema.safeParse(value).success, false, JSON.stringify(value));
}

test("line() accepts 1 to max code points", () => {
  accepts(line(3), "a", "abc", "😀😀😀", " ");
  refuses(line(3), "", "abcd", "😀😀😀😀", null, 1);
});

test("line() refuses control characters and lone surrogates", () => {
  refuses(line(9), "a\nb", "a\tb", "\0", "\x7f", "\x85", "\ud83d", "\ude00", "\ude00\ud83d", "a\ud83d");
  accepts(line(9), "\ufeffa", "\u2028", "é", "\uffff");
});

test("lines() accepts newlines and tabs, but no other control character", () => {
  accepts(lines(9), "a\n\tb", "\n");
  refuses(lines(9), "", "a\rb", "\0", "\x1b", "\ud800");
});

test("int() accepts its bounds and nothing beyond", () => {
  accepts(int(-1, 10), -1, 0, 10);
  refuses(int(-1, 10), -2, 11, 0.5, Number.NaN, "1", null);
});

test("minor(), quantity6() accept whole numbers to 2^53 - 1 of either sign", () => {
  for (const schema of [minor(), quantity6()]) {
    accepts(schema, MAX_INT, -MAX_INT, 0);
    refuses(schema, MAX_INT + 1, -MAX_INT - 1, 0.1);
  }
});

test("price6(), minorFromZero() are never negative (BR-27)", () => {
  for (const schema of [price6(), minorFromZero()]) {
    accepts(schema, 0, MAX_INT);
    refuses(schema, -1, MAX_INT + 1);
  }
});

test("rate3() is 0 to 100 %, streamId() at least 1", () => {
  accepts(rate3(), 0, 100_000);
  refuses(rate3(), -1, 100_001);
  accepts(streamId(), 1);
  refuses(streamId(), 0);
});

test("date() has the form YYYY-MM-DD", () => {
  accepts(date(), "2024-02-29", "2023-02-29", "0000-01-01", "9999-12-31");
  refuses(date(), "2024-00-01", "2024-13-01", "2024-01-00", "2024-01-32", "24-01-01", "2024-1-1", "2024-01-01\n", "");
});

test("isDate() accepts only days that exist", () => {
  for (const day of ["2024-02-29", "2000-02-29", "2023-12-31", "0001-01-01"]) assert.equal(isDate(day), true, day);
  for (const day of ["2023-02-29", "1900-02-29", "2023-04-31", "2023-06-31", "2023-02-30", "today", "2023-02-29T00"])
    assert.equal(isDate(day), false, day);
});

test("currency(), country(), language(), timeZone() check the form of their codes", () => {
  accepts(currency(), "EUR", "XXX");
  refuses(currency(), "eur", "EU", "EURO", "€");
  accepts(country(), "FR", "ZZ");
  refuses(country(), "fr", "FRA", "F");
  accepts(language(), "en", "en-GB", "zh-Hant-TW");
  refuses(language(), "EN", "e", "en_GB", "en-", `en${"-abcdefgh".repeat(4)}`);
  accepts(timeZone(), "Europe/Paris", "America/Argentina/Buenos_Aires", "Etc/GMT+12", "UTC");
  refuses(timeZone(), "", "Europe/Paris ", "a".repeat(65));
});

test("unit() is a code of one to three capital letters and digits", () => {
  accepts(unit(), "C62", "HUR", "5");
  refuses(unit(), "", "hur", "C620", "H R");
});

test("email() is in lower case, with one @ and no space", () => {
  accepts(email(), "a@b", "jürgen@example.com", `${"a".repeat(252)}@b`);
  refuses(email(), "A@b", "a@B", "a b@c", "a@b@c", "@b", "a@", "a", "Ü@b", `${"a".repeat(253)}@b`, "a\n@b", "\ud800@b");
});

test("bytes() accepts max bytes and refuses one more", () => {
  accepts(bytes(3), new Uint8Array(3), Buffer.alloc(0));
  refuses(bytes(3), new Uint8Array(4), [1, 2], "abc", null);
});

const HERE = { street: null, street2: null, city: null, postcode: null, region: null, country: "FR" };

test("address requires only a country", () => {
  accepts(address, HERE);
  refuses(address, { ...HERE, country: null }, { ...HERE, city: "" }, { ...HERE, city: undefined });
});

test("buyer and seller require a name and an address", () => {
  const party = { name: "A", address: HERE, vatId: null, companyId: null, more: null };
  accepts(buyer, party);
  refuses(buyer, { ...party, name: "" }, { ...party, address: null });
  accepts(seller, { ...party, iban: null, bic: null });
  refuses(seller, party, { ...party, iban: "1".repeat(35), bic: null });
});
