import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { arbitraryEvent } from "../../fixtures/data/arbitrary.ts";
import { CATALOGUE, type EventType } from "../encoding/catalogue.ts";
import { encodeEvent } from "../encoding/event.ts";
import type { Shape } from "../encoding/shape.ts";
import { Refusal } from "../errors.ts";
import { newUuid } from "../uuid.ts";
import { checkSize, MAX_DATA_BYTES, packedSize } from "./packed-size.ts";
import { MAX_INT } from "./schema.ts";
import { MAX_EVENT_BYTES } from "./size-limits.ts";

/** An event without data, at the given place. */
const emptyAt = (place: number) =>
  encodeEvent({
    ...{ seq: place, id: newUuid(), stream: place, version: place, at: place, actor: place },
    ...{ type: "ClientArchived", data: {} },
  });

test("packedSize() is the size of the data in the encoded event", () => {
  for (const type of Object.keys(CATALOGUE) as EventType[]) {
    fc.assert(
      fc.property(arbitraryEvent(type), (event) => {
        const { body } = encodeEvent(event);
        const header = { ...event, type: "ClientArchived", data: {} } as const;
        const around = encodeEvent(header).body.length - 1 + type.length - header.type.length;
        // A name of more than 31 bytes has a longer length.
        assert.equal(body.length, around + packedSize(event.data), type);
      }),
      { numRuns: 100 },
    );
  }
});

test("data of MAX_DATA_BYTES fits an event of the longest type, at the last place", () => {
  const longest = Math.max(...Object.keys(CATALOGUE).map((type) => type.length));
  assert.ok(longest < 32);
  const around = emptyAt(MAX_INT).body.length - 1 - "ClientArchived".length + longest;
  assert.ok(around + MAX_DATA_BYTES <= MAX_EVENT_BYTES, String(around));
});

test("only types whose deciders check the size can be longer than an event", () => {
  const tooLong = (Object.keys(CATALOGUE) as EventType[]).filter((type) => {
    const shape = CATALOGUE[type].schemas.at(-1)?.shape as Shape;
    return largest(shape) > MAX_DATA_BYTES;
  });
  assert.deepEqual(tooLong.sort(), ["InvoiceCancelled", "InvoiceDrafted", "InvoiceRevised"]);
});

test("checkSize() accepts the limit, and refuses a byte more", () => {
  const data = { text: "é".repeat(100) };
  checkSize("document", data, packedSize(data));
  assert.throws(
    () => checkSize("document", data, packedSize(data) - 1),
    (error) => {
      assert.ok(error instanceof Refusal);
      assert.equal(error.rule, "TOO_LONG");
      assert.deepEqual(error.values, { what: "document", bytes: packedSize(data), limit: packedSize(data) - 1 });
      return true;
    },
  );
});

/** The largest size of data of a shape. A text is limited in characters; outside ASCII, they take at most four bytes each. */
function largest(shape: Shape): number {
  switch (shape.kind) {
    case "object":
      return 3 + shape.fields.reduce((sum, field) => sum + largest(field.shape), 0);
    case "array":
      return 3 + shape.max * largest(shape.of);
    case "string":
      return 3 + (isAscii(shape) ? 1 : 4) * (Number.isFinite(shape.max) ? shape.max : 64);
    case "int":
      return Math.max(packedSize(shape.min), packedSize(shape.max));
    case "enum":
      return Math.max(...shape.values.map(packedSize));
    case "bytes":
      return 5 + shape.max;
    case "nullable":
      return largest(shape.of);
    case "boolean":
      return 1;
  }
}

/** True if a pattern refuses the characters beyond ASCII. */
function isAscii({ patterns }: Extract<Shape, { kind: "string" }>): boolean {
  return patterns.some(
    (pattern) => pattern.test("7") && !["é7", "7\u0080", "7\u{10ffff}"].some((text) => pattern.test(text)),
  );
}
