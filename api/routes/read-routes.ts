/** Reads for clients without a cache: lists, and single things, from the server's cache. */
import type Database from "better-sqlite3";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { StreamId } from "../../events/sequence.ts";
import { dateAt } from "../../events/values/calendar.ts";
import { activityList, listActivity } from "../../projector/queries/activity.ts";
import { clientById, clientList, listClients } from "../../projector/queries/clients.ts";
import { timeZoneOf } from "../../projector/queries/history.ts";
import { historyOfInvoice, invoiceById, invoiceList, listInvoices } from "../../projector/queries/invoices.ts";
import { listPayments, paymentById, paymentList } from "../../projector/queries/payments.ts";
import {
  itemById,
  itemList,
  listItems,
  listUsers,
  organizationOf,
  userById,
  userList,
} from "../../projector/queries/small-lists.ts";
import { HttpProblem } from "../http/problems.ts";
import { sendJson } from "../http/send-json.ts";
import { READERS } from "../sessions/access.ts";
import { sessionFrom } from "../sessions/sessions.ts";
import { streamText } from "./command-routes.ts";

export interface Read<Query extends z.ZodType = z.ZodType> {
  path: string;
  /** The name of the call: unique, and what a generated client calls its function. */
  id: string;
  /** One line for people. */
  summary: string;
  /** What may stand in the address after the question mark. */
  query: Query;
  /** The component that it answers, and how many of them. */
  answer: { of: string; as: "one" | "page" | "rows" };
  /** @returns undefined if there is no such thing */
  read(db: Database.Database, query: z.output<Query>, given: { id: StreamId; today: () => string }): unknown;
}

const nothing = z.strictObject({});
const define = <Query extends z.ZodType>(read: Read<Query>): Read => read as unknown as Read;

export const READS: readonly Read[] = [
  define({
    path: "/api/invoices",
    id: "listInvoices",
    summary: "List invoices and credit notes",
    query: invoiceList,
    answer: { of: "Invoice", as: "page" },
    read: (db, query, { today }) => listInvoices(db, query, { today: today() }),
  }),
  define({
    path: "/api/invoices/:id",
    id: "getInvoice",
    summary: "An invoice with its lines, taxes, parties, and what is put against it",
    query: nothing,
    answer: { of: "WholeInvoice", as: "one" },
    read: (db, _, { id }) => invoiceById(db, id),
  }),
  define({
    path: "/api/invoices/:id/history",
    id: "getInvoiceHistory",
    summary: "What happened to an invoice, and to the payments and credit notes about it",
    query: nothing,
    answer: { of: "Activity", as: "rows" },
    read: (db, _, { id }) => historyOfInvoice(db, id),
  }),
  define({
    path: "/api/clients",
    id: "listClients",
    summary: "List clients, with their balances",
    query: clientList,
    answer: { of: "Client", as: "page" },
    read: listClients,
  }),
  define({
    path: "/api/clients/:id",
    id: "getClient",
    summary: "A client, with its balances",
    query: nothing,
    answer: { of: "Client", as: "one" },
    read: (db, _, { id }) => clientById(db, id),
  }),
  define({
    path: "/api/items",
    id: "listItems",
    summary: "List the catalogue",
    query: itemList,
    answer: { of: "Item", as: "page" },
    read: listItems,
  }),
  define({
    path: "/api/items/:id",
    id: "getItem",
    summary: "An item of the catalogue",
    query: nothing,
    answer: { of: "Item", as: "one" },
    read: (db, _, { id }) => itemById(db, id),
  }),
  define({
    path: "/api/payments",
    id: "listPayments",
    summary: "List payments",
    query: paymentList,
    answer: { of: "Payment", as: "page" },
    read: listPayments,
  }),
  define({
    path: "/api/payments/:id",
    id: "getPayment",
    summary: "A payment, with what it is put against",
    query: nothing,
    answer: { of: "WholePayment", as: "one" },
    read: (db, _, { id }) => paymentById(db, id),
  }),
  define({
    path: "/api/users",
    id: "listUsers",
    summary: "List users",
    query: userList,
    answer: { of: "User", as: "page" },
    read: listUsers,
  }),
  define({
    path: "/api/users/:id",
    id: "getUser",
    summary: "A user",
    query: nothing,
    answer: { of: "User", as: "one" },
    read: (db, _, { id }) => userById(db, id),
  }),
  define({
    path: "/api/organization",
    id: "getOrganization",
    summary: "The organization, with its number series and where each one stands",
    query: nothing,
    answer: { of: "Organization", as: "one" },
    read: (db) => {
      const row = organizationOf(db);
      return row && { ...row, logo: row.logo && Buffer.from(row.logo).toString("base64") };
    },
  }),
  define({
    path: "/api/activity",
    id: "listActivity",
    summary: "Who did what, when: a row for each event",
    query: activityList,
    answer: { of: "Activity", as: "page" },
    read: listActivity,
  }),
];

const params = z.object({ id: streamText.optional() });

/** @param options.clock the time, ms since 1970 UTC: it says what is overdue */
export function readRoutes(app: FastifyInstance, { clock = Date.now }: { clock?: () => number } = {}): void {
  for (const { path, query, answer, read } of READS)
    app.get(path, { config: { access: READERS } }, async (request, reply) => {
      const { organization } = sessionFrom(request);
      const { id = 0 } = params.parse(request.params);
      const wanted = query.parse(request.query);
      const found = await organization.read((db) =>
        read(db, wanted, { id, today: () => dateAt(clock(), timeZoneOf(db)) }),
      );
      if (found === undefined) throw missing(path, id);
      return await sendJson(request, reply, answer.as === "rows" ? { rows: found } : found);
    });
}

/** The same name as commands give it. */
function missing(path: string, id: StreamId): HttpProblem {
  const kind = path.split("/")[2]?.replace(/s$/, "") ?? "";
  return new HttpProblem(404, `UNKNOWN_${kind.toUpperCase()}`, `there is no ${kind} ${id}`, { [kind]: id });
}
