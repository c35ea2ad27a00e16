/**
 * `make viewer`: the app in a browser, for auditors without an installation, for developers, and for tests. Prints the
 * address to open.
 */
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { defineCommand } from "../../projector/command-line/command.ts";
import { UsageError } from "../../projector/command-line/failure.ts";
import { runCommand } from "../../projector/command-line/program.ts";
import { forkWorker } from "../shell/fork-worker.ts";
import { APP_VERSION } from "../shell/version.ts";
import { WorkerLink } from "../shell/worker-link.ts";
import { cachedBundle } from "./bundle-cache.ts";
import type { ViewerServer } from "./viewer-server.ts";

const BUNDLES = fileURLToPath(new URL("../../.invoify/viewer-bundles", import.meta.url));

const viewerCommand = defineCommand({
  program: null,
  name: "viewer",
  about: `Serves the app to a browser on this machine, and prints the address to open.
Anyone who can read this output can open it.

With INVOIFY_EMAIL and INVOIFY_PASSWORD it logs in by itself. A login lasts as
long as the viewer runs.`,
  positionals: [],
  options: {
    folder: { type: "string", value: "FOLDER", help: "the folder of its files (.invoify/viewer)" },
    server: {
      type: "string",
      value: "ADDRESS",
      help: "the API's address (INVOIFY_SERVER; otherwise the app asks for it)",
    },
    port: { type: "string", value: "PORT", help: "port on loopback (default: a free one)" },
  },
  async run({ values: { folder = ".invoify/viewer", server, port = "0" } }, terminal) {
    if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
      throw new UsageError(`--port is a whole number from 0 to 65535, not ${JSON.stringify(port)}`);
    const { INVOIFY_SERVER, INVOIFY_DEBUG, INVOIFY_EMAIL: email, INVOIFY_PASSWORD: password } = terminal.env;
    const { page, worker } = await cachedBundle(BUNDLES, { production: !INVOIFY_DEBUG });
    let viewer: ViewerServer | null = null;
    const link = new WorkerLink({
      /** Uses the system's certificate authorities, and the proxy in the environment. */
      spawn: () =>
        forkWorker({
          // With INVOIFY_DEBUG the worker runs from its sources, so stacks name them.
          ...(!INVOIFY_DEBUG && { program: worker }),
          execArgv: ["--use-system-ca"],
          env: { ...terminal.env, NODE_USE_ENV_PROXY: "1", INVOIFY_PASSWORD: "" },
        }),
      start: { folder, server: server ?? (INVOIFY_SERVER || null), tokens: null, appVersion: APP_VERSION },
      storeTokens: async () => {}, // the viewer cannot store tokens: a login lasts as long as the viewer runs
      onStatus: (status) => viewer?.sendStatus(status),
      onNote: (text) => terminal.note(text),
    });
    const started = link.start();
    started.catch(() => {}); // awaited below
    // Loads Node's HTTP while the worker starts.
    const { ViewerServer: Server } = await import("./viewer-server.ts");
    viewer = new Server({
      port: Number(port),
      files: page,
      call: (name, argument) => link.call(name, argument),
      status: () => link.status,
    });
    try {
      await started;
      if (email && password) {
        const answer = await link.call("login", { email, password });
        if (!answer.ok) terminal.note(`cannot log in as ${email}: ${answer.failure.message}`);
      }
      const stop = terminal.stopSignal();
      terminal.out(`viewer   ${await viewer.listen()}`);
      if (!stop.aborted) await once(stop, "abort");
    } finally {
      await viewer.close();
      await link.close();
    }
    return 0;
  },
});

process.exitCode = await runCommand(viewerCommand, process.argv.slice(2));
