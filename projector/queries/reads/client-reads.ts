/** Reads about clients, and what they owe. */
import { z } from "zod";
import { clientList, listClients } from "../clients.ts";
import { creditSources, creditSourcesOf } from "../credit-sources.ts";
import { openInvoices, openInvoicesOf } from "../open-invoices.ts";
import { define } from "../read.ts";
import { clientUntil, clientUntilOf } from "../reports/client-balances.ts";
import { statementInput, statementOf } from "../reports/statement.ts";

export const CLIENT_READS = {
  listClients: define({
    summary: "List clients, with their balances",
    input: clientList,
    http: { path: "/api/clients", answer: { of: "Client", as: "page" } },
    run: ({ db }, filter) => listClients(db, filter),
  }),

  getClient: define({
    summary: "A client, with its balances",
    input: clientUntil,
    http: { path: "/api/clients/:id", answer: { of: "Client", as: "one" }, missing: "UNKNOWN_CLIENT" },
    run: ({ db }, client) => clientUntilOf(db, client),
  }),

  getStatement: define({
    summary: "A client's account in one currency",
    input: statementInput,
    http: null,
    run: ({ db }, account) => statementOf(db, account),
  }),

  exportStatement: define({
    summary: "A client's account in one currency, for a spreadsheet",
    input: statementInput.extend({ locale: z.string().max(35) }),
    http: null,
    run: ({ db }, { locale: _, ...account }) => statementOf(db, account),
  }),

  getOpenInvoices: define({
    summary: "A client's open invoices in one currency, oldest first",
    input: openInvoices,
    http: null,
    run: ({ db }, account) => openInvoicesOf(db, account),
  }),

  getCreditSources: define({
    summary: "What a client's credit in one currency consists of, oldest first",
    input: creditSources,
    http: null,
    run: ({ db }, account) => creditSourcesOf(db, account),
  }),
} as const;
