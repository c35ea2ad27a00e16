import assert from "node:assert/strict";
import { test } from "node:test";
import { addressAt, namesMoment, placeOf } from "./at.ts";

test("placeOf() splits the screen and its words from the moment", () => {
  assert.deepEqual(placeOf("/invoices"), { path: "/invoices", at: null });
  assert.deepEqual(placeOf("/invoices?at=184203"), { path: "/invoices", at: "184203" });
  assert.deepEqual(placeOf("/invoices?q=a%20b&at=2010-06-30&sort=-id"), {
    path: "/invoices?q=a%20b&sort=-id",
    at: "2010-06-30",
  });
  assert.deepEqual(placeOf("/invoices?at="), { path: "/invoices", at: null });
  assert.deepEqual(placeOf("/invoices?what=at&q=at%3D5"), { path: "/invoices?what=at&q=at%3D5", at: null });
});

test("addressAt() puts any moment into an address, and takes it out again", () => {
  for (const path of ["/", "/invoices?q=x&y", "/invoices?q=%3F"])
    for (const at of ["12", "2010-06-30", "2010-06-30T23:59:59+02:00", null])
      assert.deepEqual(placeOf(addressAt(path, at)), { path, at });
  assert.equal(addressAt("/invoices?at=5&q=x", "6"), "/invoices?q=x&at=6");
  assert.equal(addressAt("/", "2010-06-30T23:59:59Z"), "/?at=2010-06-30T23:59:59Z");
});

test("namesMoment() tells a link to now from a link that says nothing", () => {
  assert.ok(namesMoment("/invoices?at="));
  assert.ok(namesMoment("/invoices?q=1&at=5"));
  assert.ok(!namesMoment("/invoices?what=at&bat=5"));
});
