/** Sales of a company, for tests of the desktop. */
import type { RunningApi } from "../../api/running-api.suite.ts";
import { COMMANDS } from "../../events/commands/commands.ts";

/** One hour at £100.00, 20 % VAT: £120.00. */
export const HOUR = {
  description: "Consulting",
  quantity6: 1_000_000,
  unit: "HUR",
  price6: 100_000_000,
  vatCategory: "S",
  vatRate3: 20_000,
};

type Draft = Record<string, unknown> & { clientId: number };

/** Drafts an invoice. @returns its id */
export async function draftInvoice(api: RunningApi, draft: Draft): Promise<number> {
  return (await api.send("POST", "/api/invoices", { currency: "GBP", lines: [HOUR], ...draft })).stream;
}

/** Drafts an invoice and issues it. @returns its id */
export async function issueInvoice(api: RunningApi, draft: Draft, issue: object = {}): Promise<number> {
  const id = await draftInvoice(api, draft);
  await api.send("POST", `/api/invoices/${id}/issue`, issue);
  return id;
}

/** Issues many invoices at once, without HTTP: one hour on the first, two on the second, and so on. @returns their ids */
export async function issueInvoices(api: RunningApi, clientId: number, count: number): Promise<number[]> {
  const { writer } = api.organization;
  const by = { actor: 2, key: null, ifMatch: null };
  const { DraftInvoice, IssueInvoice } = COMMANDS;
  const drafts = await Promise.all(
    Array.from({ length: count }, (_, n) => {
      const lines = [{ ...HOUR, quantity6: (n + 1) * 1_000_000 }];
      const input = DraftInvoice.input.parse({ clientId, currency: "GBP", lines });
      return writer.execute({ ...by, command: "DraftInvoice", id: 0, input });
    }),
  );
  const input = IssueInvoice.input.parse({});
  await Promise.all(drafts.map(({ stream }) => writer.execute({ ...by, command: "IssueInvoice", id: stream, input })));
  return drafts.map(({ stream }) => stream);
}
