import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { arbitraryHeader, arbitraryOf } from "../../fixtures/data/arbitrary.ts";
import { clientRegistered, logOf } from "../../fixtures/data/events.ts";
import { sameBytes, sha256 } from "../hash.ts";
import { CATALOGUE, type EventType } from "./catalogue.ts";
import { type EncodedEvent, encodeFact } from "./event.ts";
import { eventFromJson, eventToJson } from "./event-json.ts";

for (const type of Object.keys(CATALOGUE) as EventType[]) {
  test(`eventFromJson() of eventToJson() returns the same bytes of ${type}, in every shape`, () => {
    for (const [n, { shape }] of CATALOGUE[type].schemas.entries()) {
      const events = fc.tuple(arbitraryHeader, arbitraryOf(shape));
      fc.assert(
        fc.property(events, ([header, data]) => {
          const { body } = encodeFact(header, { type, data: data as object }, n + 1, null);
          const json = eventToJson(body);
          assert.ok(!json.includes("\n"));
          const again = eventFromJson(json);
          assert.ok(sameBytes(again.body, body), json);
          assert.equal(again.request, null);
        }),
        { numRuns: 30 },
      );
    }
  });
}

test("eventToJson() names the fields, in the order of the bytes", () => {
  const [first] = logOf(1);
  const json = JSON.parse(eventToJson((first as EncodedEvent).body));
  assert.deepEqual(Object.keys(json), ["seq", "id", "stream", "version", "type", "schema", "at", "actor", "data"]);
  assert.equal(json.id, "018cc251-f401-7000-8000-000000000001");
  assert.equal(json.data.legalName, "Example Ltd");
});

test("eventFromJson() keeps the request hash", () => {
  const request = sha256("a command");
  const again = eventFromJson(eventToJson(clientRegistered(3).body, request));
  assert.ok(sameBytes(again.request, request));
});

test("eventFromJson() reads an absent nullable field as null", () => {
  const { body } = clientRegistered(3);
  const json = JSON.parse(eventToJson(body));
  for (const [name, value] of Object.entries(json.data)) if (value === null) delete json.data[name];
  assert.ok(!("note" in json.data));
  assert.ok(sameBytes(eventFromJson(JSON.stringify(json)).body, body));
});

test("eventFromJson() refuses bytes that are not canonical base64", () => {
  const data = { logo: { mediaType: "image/png", image: Buffer.from([1, 2, 3, 4]) } };
  const json = eventToJson(encodeFact(clientRegistered(3), { type: "OrganizationLogoChanged", data }, 1, null).body);
  assert.ok(json.includes('"AQIDBA=="'));
  for (const image of ["AQIDBA", "AQIDBB==", "AQ IDBA==", "-_-_", "AQIDBA==="])
    assert.throws(
      () => eventFromJson(json.replace("AQIDBA==", image)),
      { message: /data.logo.image: not base64/ },
      image,
    );
});

test("eventFromJson() refuses JSON that is not an event, and names the line and the field", () => {
  const json = eventToJson(clientRegistered(3).body);
  for (const [text, message] of [
    ["", /^here: not JSON/],
    ["null", /^here: event: /],
    [json.replace('"seq":3', '"seq":0'), /^here: seq: /],
    [json.replace('"seq":3', '"seq":3.5'), /^here: seq: /],
    [json.replace('"seq":3', '"seq":"3"'), /^here: seq: /],
    [json.replace('"data":{', '"data":{"__proto__":{},'), /^here: data.__proto__: there is no such field/],
    [json.replace('"country":"GB"', '"country":"gb"'), /^here: .*data.address.country/],
    [json.replace('"note":null', '"note":[]'), /^here: .*data.note/],
    [json.replace(/}$/, ',"request":"***"}'), /^here: request: /],
    [json.replace(/"data":.*/, '"data":[]}'), /^here: data: not an object/],
  ] as const)
    assert.throws(() => eventFromJson(text, "here"), { code: "MALFORMED_EVENT", message });
});
