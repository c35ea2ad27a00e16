/** `invoify-api serve`: from the start to the signal that ends it. */
import { constants } from "node:os";
import { defineCommand } from "../projector/command-line/command.ts";
import { readConfig } from "./config/config.ts";
import { logOptions } from "./http/server-log.ts";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;
/**
 * Connections that wait to be taken: many desktops come back at once after an outage, and libuv takes one a turn of the
 * event loop. The system may allow fewer.
 */
const BACKLOG = 4_096;
/** What is not finished by then, ms after the signal, is left as a crash leaves it: nothing that was answered is lost. */
const LAST_MS = 60_000;

export const serve = defineCommand({
  program: "invoify-api",
  name: "serve",
  about: `Serves the API until SIGTERM or SIGINT, then finishes what it took. A second
signal ends it at once. README.md lists the environment variables.`,
  positionals: [],
  options: {},
  async run(_, terminal) {
    const config = readConfig(terminal.env);
    const { openApi } = await import("./server.ts"); // not where the configuration is refused
    const api = await openApi(config, { logger: logOptions() });
    const signal = nextSignal();
    try {
      await api.app.listen({ host: config.host, port: config.port, backlog: BACKLOG });
      api.app.log.info(`${await signal}: finishing what was taken`);
    } finally {
      setTimeout(() => {
        terminal.note("something does not end; left as it is");
        process.exit(1);
      }, LAST_MS).unref();
      await api.close();
    }
    return 0;
  },
});

/** Resolves at the first one. */
function nextSignal(): Promise<NodeJS.Signals> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  let seen = false;
  for (const signal of SIGNALS)
    process.on(signal, () => {
      if (seen) process.exit(128 + constants.signals[signal]);
      seen = true;
      resolve(signal);
    });
  return promise;
}
