/** The program `invoify`: builds caches from logs, and inspects both. `invoify --help` lists its commands. */
import { type Program, runProgram } from "./command-line/program.ts";

const invoify: Program = {
  name: "invoify",
  commands: {
    replay: {
      summary: "builds a cache from a log, as of now or of any moment in its history",
      load: async () => (await import("./invoify/replay.ts")).replay,
    },
    sync: {
      summary: "updates a cache to a log's head",
      load: async () => (await import("./invoify/sync.ts")).sync,
    },
    follow: {
      summary: "updates a cache to a log's head, and keeps it there until Ctrl-C",
      load: async () => (await import("./invoify/sync.ts")).follow,
    },
    digest: {
      summary: "prints one hash over all rows of a cache; equal digests mean equal caches",
      load: async () => (await import("./invoify/digest.ts")).digest,
    },
    diff: {
      summary: "lists what changed between two moments, or what differs between two caches",
      load: async () => (await import("./invoify/diff/diff.ts")).diff,
    },
    history: {
      summary: "lists what happened to an invoice, found by number or stream",
      load: async () => (await import("./invoify/history.ts")).history,
    },
    show: {
      summary: "prints one event of a log: its fields, hash and size",
      load: async () => (await import("./invoify/show.ts")).show,
    },
    info: {
      summary: "describes a log or a cache: its id, range, times and counts",
      load: async () => (await import("./invoify/info.ts")).info,
    },
    verify: {
      summary: "checks a whole log, also against signed checkpoints and other copies",
      load: async () => (await import("./invoify/verify.ts")).verify,
    },
    compare: {
      summary: "compares signed checkpoints that were saved in several places",
      load: async () => (await import("./invoify/compare.ts")).compare,
    },
    tiles: {
      summary: "writes the tree of a log as files, for tools of transparency logs",
      load: async () => (await import("./invoify/tiles.ts")).tiles,
    },
    vat: {
      summary: "adds up the VAT of a period, by category and rate",
      load: async () => (await import("./invoify/reports/vat.ts")).vat,
    },
    "sales-list": {
      summary: "adds up supplies without VAT, by the buyers' VAT ids, for the EC sales list",
      load: async () => (await import("./invoify/reports/sales-list.ts")).salesList,
    },
    "open-items": {
      summary: "lists what clients owe and their credit, as of any day and as known at any time",
      load: async () => (await import("./invoify/reports/open-items.ts")).openItems,
    },
    numbers: {
      summary: "lists number series, and each gap with its explanation",
      load: async () => (await import("./invoify/reports/numbers.ts")).numbers,
    },
    document: {
      summary: "writes documents as files: PDF, Factur-X, and e-invoices in UBL or CII",
      load: async () => (await import("./invoify/documents/document.ts")).document,
    },
    check: {
      summary: "lists what documents lack for a format, such as Peppol or XRechnung",
      load: async () => (await import("./invoify/documents/check.ts")).check,
    },
    copy: {
      summary: "copies a log, byte for byte",
      load: async () => (await import("./invoify/copy.ts")).copy,
    },
  },
  about: `A LOG is one of
  mongodb://host/database#log-id   or mongodb+srv://…; #log-id is optional if
                                   the database has one log
  https://invoices.example         an API; http:// only on this machine
  FILE.sqlite                      an embedded log, or a mirror
  FILE.events                      a file of exact bytes
  FILE.ndjson                      a readable file, one line of JSON per event

An API needs a login: set INVOIFY_TOKEN in the environment, or INVOIFY_EMAIL and
INVOIFY_PASSWORD.`,
  details: async () => `projector ${(await import("./cache/cache-schema.ts")).PROJECTOR_VERSION}`,
};

process.exitCode = await runProgram(invoify, process.argv.slice(2));
