/** Reads about the organization, its number series, catalogue and users. */
import { z } from "zod";
import { currenciesOf } from "../clients.ts";
import { MAX_LIMIT } from "../list.ts";
import { define, todayOf } from "../read.ts";
import { listNumberGaps, numberGaps, seriesList, seriesStates } from "../reports/number-series.ts";
import { itemById, itemList, listItems, listUsers, organizationOf, userById, userList } from "../small-lists.ts";
import { takenText, takenTextOf } from "../taken.ts";
import { usedVatRates } from "../vat-rates.ts";
import { noInput, one } from "./inputs.ts";

export const ORGANIZATION_READS = {
  getOrganization: define({
    summary: "The organization, with its number series and where each one stands",
    input: noInput,
    http: { path: "/api/organization", answer: { of: "Organization", as: "one" } },
    run: ({ db }) => organizationOf(db),
  }),

  listCurrencies: define({
    summary: "The organization's currency, then those that anything was issued or paid in",
    input: noInput,
    http: null,
    run: ({ db }) => currenciesOf(db),
  }),

  listSeries: define({
    summary: "The number series: their next numbers on a day, and how far they are in each period",
    input: seriesList,
    http: { path: "/api/number-series", answer: { of: "NumberSeries", as: "rows" } },
    run: (source, { issuedOn = todayOf(source) }) => seriesStates(source.db, issuedOn),
  }),

  listNumberGaps: define({
    summary: "List the numbers of a series that were passed over, or that belong to void documents",
    input: numberGaps,
    http: { path: "/api/number-series/gaps", answer: { of: "NumberGap", as: "page" } },
    run: ({ db }, filter) => listNumberGaps(db, filter),
  }),

  exportNumberGaps: define({
    summary: "The numbers of a series that were passed over or are void, for a spreadsheet",
    input: numberGaps.omit({ limit: true }).extend({ locale: z.string().max(35) }),
    http: null,
    run: ({ db }, { locale: _, ...filter }) => listNumberGaps(db, { ...filter, limit: MAX_LIMIT }),
  }),

  listVatRates: define({
    summary: "The VAT rates that were used lately, the latest first",
    input: noInput,
    http: null,
    run: ({ db }) => usedVatRates(db),
  }),

  listItems: define({
    summary: "List the catalogue",
    input: itemList,
    http: { path: "/api/items", answer: { of: "Item", as: "page" } },
    run: ({ db }, filter) => listItems(db, filter),
  }),

  getItem: define({
    summary: "An item of the catalogue",
    input: one,
    http: { path: "/api/items/:id", answer: { of: "Item", as: "one" }, missing: "UNKNOWN_ITEM" },
    run: ({ db }, { id }) => itemById(db, id),
  }),

  findTaken: define({
    summary: "Who has a code, number, reference or e-mail address, or one that looks the same",
    input: takenText,
    http: null,
    run: ({ db }, asked) => takenTextOf(db, asked),
  }),

  listUsers: define({
    summary: "List users",
    input: userList,
    http: { path: "/api/users", answer: { of: "User", as: "page" } },
    run: ({ db }, filter) => listUsers(db, filter),
  }),

  getUser: define({
    summary: "A user",
    input: one,
    http: { path: "/api/users/:id", answer: { of: "User", as: "one" }, missing: "UNKNOWN_USER" },
    run: ({ db }, { id }) => userById(db, id),
  }),
} as const;
