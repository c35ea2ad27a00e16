/** Lists of random businesses: what is open, overdue and settled, and what a list adds up to. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { pickCount } from "../../fixtures/tests/pick-count.ts";
import { clientList, listClients } from "../queries/clients.ts";
import { creditSourcesOf } from "../queries/credit-sources.ts";
import { listInvoiceIds } from "../queries/invoices.ts";
import { openInvoicesOf } from "../queries/open-invoices.ts";
import { invoiceTotals } from "../queries/totals.ts";
import type { Books } from "./books-lists.suite.ts";
import { forEachBusiness } from "./cached-business.suite.ts";
import { ALWAYS, balancesOn, creditOn, documentsOn, openOn, signOf } from "./model-figures.suite.ts";

const RUNS = pickCount({ usual: 25, long: 2000 });
const TODAY = "2024-02-15";
const MAX = 1_000;

test("a list of invoices has what is open and what is overdue, and adds up", async () => {
  await forEachBusiness(RUNS, ({ cache: { db }, books }) => {
    const now = books();
    const [open, credit] = [openOn(now, ALWAYS), creditOn(now, ALWAYS)];
    const issued = documentsOn(now, ALWAYS);
    const idsOf = (filter: object) =>
      listInvoiceIds(db, filter, { today: TODAY, max: MAX }).ids.toSorted((a, b) => a - b);
    const ids = (documents: { id: number }[]) => documents.map(({ id }) => id).sort((a, b) => a - b);
    assert.deepEqual(idsOf({ status: "issued" }), ids(issued));
    assert.deepEqual(idsOf({ open: true }), ids(issued.filter(({ id }) => open.has(id) || credit.has(id))));
    const overdue = issued.filter(({ id, dueOn }) => open.has(id) && dueOn < TODAY);
    assert.deepEqual(idsOf({ overdue: true }), ids(overdue));
    assert.deepEqual(
      invoiceTotals(db, {}, { today: TODAY })?.filter(({ documents }) => documents > 0),
      [...Map.groupBy(issued, ({ currency }) => currency)]
        .map(([currency, own]) => ({
          currency,
          documents: own.length,
          net_minor: own.reduce((sum, { kind, net }) => sum + signOf(kind) * net, 0),
          gross_minor: own.reduce((sum, { kind, gross }) => sum + signOf(kind) * gross, 0),
          balance_minor: own.reduce((sum, { id }) => sum + (open.get(id) ?? 0) - (credit.get(id) ?? 0), 0),
        }))
        .sort((a, b) => (a.currency < b.currency ? -1 : 1)),
    );
  });
});

test("the documents that money can settle are those that are owed", async () => {
  await forEachBusiness(RUNS, ({ cache: { db }, books }) => {
    const now = books();
    for (const { clientId, currency } of balancesOn(now, ALWAYS)) {
      const { rows } = openInvoicesOf(db, { client: clientId, currency });
      assert.deepEqual(
        rows.map(({ id, balance_minor }) => [id, balance_minor]).sort(byId),
        ownOpen(now, { clientId, currency }).sort(byId),
      );
    }
  });
});

test("a list of clients has their balances", async () => {
  await forEachBusiness(RUNS, ({ cache: { db }, books }) => {
    const { rows } = listClients(db, clientList.parse({}));
    const listed = rows.flatMap(({ id, balances }) =>
      balances.map(({ currency, outstanding_minor, credit_minor }) => [id, currency, outstanding_minor, credit_minor]),
    );
    assert.deepEqual(
      listed.filter(([, , open, credit]) => open !== 0 || credit !== 0).sort(),
      balancesOn(books(), ALWAYS)
        .map(({ clientId, currency, open, credit }) => [clientId, currency, open, credit])
        .filter(([, , open, credit]) => open !== 0 || credit !== 0)
        .sort(),
    );
  });
});

test("a client's credit consists of what is left of its sources", async () => {
  await forEachBusiness(RUNS, ({ cache: { db }, books }) => {
    const now = books();
    const credit = creditOn(now, ALWAYS);
    for (const { clientId, currency } of balancesOn(now, ALWAYS)) {
      const isOwn = (one: { clientId: number; currency: string }) =>
        one.clientId === clientId && one.currency === currency;
      const own = [...now.documents, ...now.payments].filter((one) => isOwn(one) && credit.has(one.id));
      const { rows } = creditSourcesOf(db, { client: clientId, currency });
      assert.deepEqual(
        rows.map(({ id, credit_minor }) => [id, credit_minor]).sort(byId),
        own.map(({ id }) => [id, credit.get(id) ?? 0]).sort(byId),
      );
    }
  });
});

function ownOpen(books: Books, account: { clientId: number; currency: string }): [number, number][] {
  return [...openOn(books, ALWAYS)].filter(([id]) => {
    const document = books.documents.find((one) => one.id === id);
    return document?.clientId === account.clientId && document.currency === account.currency;
  });
}

function byId([a = 0]: readonly number[], [b = 0]: readonly number[]): number {
  return a - b;
}
