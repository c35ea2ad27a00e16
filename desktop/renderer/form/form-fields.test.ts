import assert from "node:assert/strict";
import { test } from "node:test";
import { changesOf, fieldsOf, optional, required } from "./form-fields.ts";

interface Person {
  name: string;
  address: { city: string | null; country: string };
}
interface PersonRow {
  name: string;
  city: string | null;
  country: string;
}

const PERSON = fieldsOf<Person, PersonRow>()((field) => ({
  name: field("name", { label: "Name", typed: ({ name }) => name, read: required }),
  city: field("address.city", { label: "City", typed: ({ city }) => city ?? "", read: optional }),
  country: field("address.country", {
    label: "Country",
    begin: "GB",
    typed: ({ country }) => country,
    read: (text, { before, wrong }) => {
      if (text === "" && before.country) wrong("is missing");
      return text;
    },
  }),
}));

test("fieldsOf() converts texts to the command's input, and a row to texts", () => {
  const typed = PERSON.typedOf({ name: "Ada", city: null, country: "FR" });
  assert.deepEqual(typed, { name: "Ada", city: "", country: "FR" });
  const { input, errors } = PERSON.inputOf({ ...typed, city: " Paris " }, typed);
  assert.deepEqual([input, errors], [{ name: "Ada", address: { city: "Paris", country: "FR" } }, []]);
});

test("fieldsOf() reports errors at the paths of the command", () => {
  const before = { ...PERSON.empty(), country: "FR" };
  const { errors } = PERSON.inputOf({ name: " ", city: "", country: "" }, before);
  assert.deepEqual(errors, [
    { field: "name", message: "is missing" },
    { field: "address.country", message: "is missing" },
  ]);
});

test("fieldsOf() starts a new form with the initial texts", () => {
  assert.deepEqual(PERSON.empty(), { name: "", city: "", country: "GB" });
});

test("a missing field does not compile, nor does one that reads the wrong type", () => {
  // @ts-expect-error: there is no field for address.country
  fieldsOf<Person, PersonRow>()((field) => ({
    name: field("name", { label: "Name", typed: ({ name }) => name, read: required }),
    city: field("address.city", { label: "City", typed: ({ city }) => city ?? "", read: optional }),
  }));
  fieldsOf<{ name: string }, PersonRow>()((field) => ({
    // @ts-expect-error: a name is never null
    name: field("name", { label: "Name", typed: ({ name }) => name, read: () => null }),
  }));
  fieldsOf<{ name: string }, PersonRow>()((field) => ({
    // @ts-expect-error: every field needs a label
    name: field("name", { typed: ({ name }) => name, read: required }),
  }));
});

test("changesOf() returns only the changed parts, each of them whole", () => {
  const before: Person = { name: "Ada", address: { city: null, country: "FR" } };
  assert.deepEqual(changesOf(before, before), {});
  assert.deepEqual(changesOf(before, { name: "Ada", address: { city: "Paris", country: "FR" } }), {
    address: { city: "Paris", country: "FR" },
  });
});
