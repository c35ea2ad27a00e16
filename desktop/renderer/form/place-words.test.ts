import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { COMMANDS } from "../../../events/commands/commands.ts";
import { placeWords } from "./place-words.ts";
import { inWords } from "./refusal-words.ts";

test("placeWords() says where a field is", () => {
  assert.equal(placeWords("lines.3.price6"), "Line 4, price");
  assert.equal(placeWords("lines.0.adjustments.1.amountMinor"), "Line 1, allowance or charge 2, amount");
  assert.equal(placeWords("address.street2"), "Street2");
  assert.equal(placeWords("vatId"), "VAT ID");
  assert.equal(placeWords("draft.lines.0"), "Line 1");
  assert.equal(placeWords(""), "");
  assert.equal(placeWords("more.delivery.address.country"), "Delivery: country");
  assert.equal(placeWords("more.notes.1.text"), "Note 2, text");
  assert.equal(placeWords("lines.3.more.payment.accounts.0.bic"), "Line 4, account 1, BIC");
  assert.equal(placeWords("lines.0.more.origin"), "Line 1, country of origin");
});

test("a list that is too long is refused with the name of its entries", () => {
  const lists = Object.values(COMMANDS).flatMap(({ input }) => listsIn(input as z.ZodType, ""));
  assert.ok(lists.length > 5);
  for (const field of new Set(lists)) {
    const errors = [{ field, message: "has too many entries: at most 20" }];
    const { message } = inWords({ code: "NOT_VALID", message: "-", field, errors }, "en");
    assert.match(message, /^At most 20 (?!entries)[A-Za-z ]+ are allowed\.$/, field);
  }
});

function listsIn(schema: z.ZodType, path: string): string[] {
  return pathsIn(schema, path).filter((one, _, all) => all.some((other) => other.startsWith(`${one}.0`)));
}

/** The paths of all fields of a schema, with 0 for the place in a list. */
function pathsIn(schema: z.ZodType, path: string): string[] {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodNullable || schema instanceof z.ZodOptional)
    return pathsIn(schema.unwrap() as z.ZodType, path);
  if (schema instanceof z.ZodPipe) return pathsIn(schema.out as z.ZodType, path);
  if (schema instanceof z.ZodArray) return [path, ...pathsIn(schema.element as z.ZodType, `${path}.0`)];
  if (!(schema instanceof z.ZodObject)) return [path];
  const inside = Object.entries(schema.shape as Record<string, z.ZodType>);
  return inside.flatMap(([name, field]) => pathsIn(field, path === "" ? name : `${path}.${name}`));
}

test("input that no field on the screen shows is refused without the names of the program", () => {
  const paths = Object.values(COMMANDS).flatMap(({ input }) => pathsIn(input as z.ZodType, ""));
  assert.ok(paths.length > 100);
  for (const field of new Set(paths)) {
    const errors = [{ field, message: "is too long: at most 5 characters" }];
    const { message } = inWords({ code: "NOT_VALID", message: `${field}: is too long`, field, errors }, "en");
    assert.match(message, /^[A-Z].* is too long: at most 5 characters\.$/);
    assert.doesNotMatch(message, /[a-z][A-Z]|Minor|\bbp\b|\d6|price6|quantity6|_|\.\d|\bid\b|allocation/, field);
  }
});
