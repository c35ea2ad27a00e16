/** `invoify-api serve`: runs the server until a signal ends it. */
import { constants } from "node:os";
import { defineCommand } from "../projector/command-line/command.ts";
import { readConfig } from "./config/config.ts";
import { logOptions } from "./http/server-log.ts";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;
/**
 * Connections that may wait to be accepted. After an outage many desktops reconnect at once, and libuv accepts one per
 * turn of the event loop. The system may allow fewer.
 */
const BACKLOG = 4_096;
/** Time from the signal to the forced exit, ms. A forced exit is like a crash: no acknowledged write is lost. */
const SHUTDOWN_MS = 60_000;

export const serve = defineCommand({
  program: "invoify-api",
  name: "serve",
  about: `Serves the API until SIGTERM or SIGINT, then finishes the requests it accepted.
A second signal ends it at once. README.md lists the environment variables.`,
  positionals: [],
  options: {},
  async run(_, terminal) {
    const config = readConfig(terminal.env);
    const { openApi } = await import("./server.ts"); // not loaded if the configuration is refused
    const api = await openApi(config, { logger: logOptions() });
    const signal = nextSignal();
    try {
      const host = config.host === "localhost" ? "127.0.0.1" : config.host; // Fastify would listen on one of its addresses
      await api.app.listen({ host, port: config.port, backlog: BACKLOG });
      api.app.log.info(`${await signal}: finishing the accepted requests`);
    } finally {
      setTimeout(() => {
        terminal.note(`still not finished after ${SHUTDOWN_MS / 1000} s; exiting now`);
        process.exit(1);
      }, SHUTDOWN_MS).unref();
      await api.close();
    }
    return 0;
  },
});

/** Resolves with the first signal; a second one exits at once. */
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
