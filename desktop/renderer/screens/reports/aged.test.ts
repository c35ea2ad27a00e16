import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Aged, sortClients } from "./aged.ts";

type Client = Aged["clients"][number];

const minor = fc.integer({ min: -500, max: 500 });
const client = fc.record({
  currency: fc.constantFrom("EUR", "GBP"),
  credit_minor: fc.nat(3),
  owed_minor: minor,
  ages_minor: fc.array(minor, { minLength: 5, maxLength: 5 }),
});
/** The parts of an answer that sorting reads; the ids are in the order of the names. */
const agedOf = (clients: readonly Partial<Client>[]) =>
  ({ clients: clients.map((row, n) => ({ ...row, id: n })) }) as unknown as Aged;

const VALUES: Readonly<Record<string, (row: Client) => number>> = {
  client: ({ id }) => id,
  owed: ({ owed_minor }) => owed_minor,
  deposit: ({ credit_minor }) => -credit_minor,
  age0: ({ ages_minor }) => ages_minor[0] ?? Number.NaN,
  age4: ({ ages_minor }) => ages_minor[4] ?? Number.NaN,
};

test("sortClients() has all clients of one currency, in either order of a column, then by name", () => {
  fc.assert(
    fc.property(fc.array(client), fc.constantFrom(...Object.keys(VALUES)), fc.boolean(), (clients, column, down) => {
      const aged = agedOf(clients);
      const before = structuredClone(aged);
      const sorted = sortClients(aged, "EUR", down ? `-${column}` : column);
      const value = VALUES[column] ?? assert.fail();
      const own = aged.clients.filter(({ currency }) => currency === "EUR");
      assert.deepEqual(new Set(sorted), new Set(own));
      for (const [n, row] of sorted.entries()) {
        const next = sorted[n + 1];
        if (!next) continue;
        const step = (value(next) - value(row)) * (down ? -1 : 1);
        assert.ok(step > 0 || (step === 0 && next.id > row.id), `${row.id} before ${next.id}`);
      }
      assert.deepEqual(aged, before, "the answer stays as it was");
    }),
  );
});

test("sortClients() by an unknown column is in the order of names", () => {
  const rows = [{ owed_minor: 2 }, { owed_minor: 1 }].map((row) => ({ ...row, currency: "EUR", ages_minor: [] }));
  assert.deepEqual(
    sortClients(agedOf(rows), "EUR", "nothing").map(({ id }) => id),
    [0, 1],
  );
});
