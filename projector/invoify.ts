/** The command `invoify`: caches from logs, and looking into both. `invoify --help` lists what it does. */
import { type Program, runProgram } from "./command-line/program.ts";

const invoify: Program = {
  name: "invoify",
  commands: {
    replay: {
      summary: "a cache from a log, up to now or to any moment of its history",
      load: async () => (await import("./invoify/replay.ts")).replay,
    },
    sync: {
      summary: "brings a cache up to a log's head",
      load: async () => (await import("./invoify/sync.ts")).sync,
    },
    follow: {
      summary: "brings a cache up to a log's head, and keeps it there until Ctrl-C",
      load: async () => (await import("./invoify/sync.ts")).follow,
    },
    digest: {
      summary: "one hash over all rows of a cache: equal digests are equal caches",
      load: async () => (await import("./invoify/digest.ts")).digest,
    },
    history: {
      summary: "what happened to an invoice, by its number or stream: when, who, what",
      load: async () => (await import("./invoify/history.ts")).history,
    },
    show: {
      summary: "one event of a log, with named fields, its hash and its size",
      load: async () => (await import("./invoify/show.ts")).show,
    },
    info: {
      summary: "what a log or a cache is: how far it goes, since when, how much of what",
      load: async () => (await import("./invoify/info.ts")).info,
    },
    copy: {
      summary: "a log from one place to another, byte for byte",
      load: async () => (await import("./invoify/copy.ts")).copy,
    },
  },
  about: `A LOG is one of
  mongodb://host/database#log-id   or mongodb+srv://…; without #log-id where
                                   there is one log
  https://invoices.example         an API, or http:// on this machine
  FILE.sqlite                      an embedded log, or a mirror
  FILE.events                      a file of exact bytes
  FILE.ndjson                      a file for people

To an API, INVOIFY_TOKEN in the environment says who asks, or INVOIFY_EMAIL and
INVOIFY_PASSWORD.`,
  details: async () => `projector ${(await import("./cache/cache-schema.ts")).PROJECTOR_VERSION}`,
};

process.exitCode = await runProgram(invoify, process.argv.slice(2));
