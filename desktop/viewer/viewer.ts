/**
 * `make viewer`: the app in a browser, for auditors without an install, for developers, and for tests. Prints the address
 * to open.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { forkWorker } from "../shell/fork-worker.ts";
import { APP_VERSION } from "../shell/version.ts";
import { WorkerLink } from "../shell/worker-link.ts";
import { cachedBundle } from "./bundle-cache.ts";
import type { ViewerServer } from "./viewer-server.ts";

const HELP = `viewer [--folder FOLDER] [--server ADDRESS] [--port PORT]
  Serves the app to a browser on this machine, and prints the address to open. Whoever can read this output can open it.

  --folder   where its files lie; default .invoify/viewer
  --server   the API's address, such as https://invoices.example; else INVOIFY_SERVER, else the app asks for it
  --port     port on loopback; default: one that is free

  With INVOIFY_EMAIL and INVOIFY_PASSWORD it logs in by itself. Logins last as long as this runs.
`;

const { values } = parseArgs({
  options: {
    folder: { type: "string", default: ".invoify/viewer" },
    server: { type: "string" },
    port: { type: "string", default: "0" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}

const bundles = fileURLToPath(new URL("../../.invoify/viewer-bundles", import.meta.url));
const { INVOIFY_SERVER, INVOIFY_DEBUG, INVOIFY_EMAIL: email, INVOIFY_PASSWORD: password } = process.env;
const { page, worker } = await cachedBundle(bundles, { production: !INVOIFY_DEBUG });

/** It knows the system's certificate authorities, and the proxy that the environment names. */
const spawnWorker = () =>
  forkWorker({
    // Under a debugger, stacks name the sources.
    ...(!INVOIFY_DEBUG && { program: worker }),
    execArgv: ["--use-system-ca"],
    env: { ...process.env, NODE_USE_ENV_PROXY: "1", INVOIFY_PASSWORD: "" },
  });

const server = values.server || INVOIFY_SERVER || null;
let viewer: ViewerServer | null = null;
const link = new WorkerLink({
  spawn: spawnWorker,
  start: { folder: values.folder, server, tokens: null, appVersion: APP_VERSION },
  keep: async () => {}, // no keeping of the operating system's here: a login lasts as long as this runs
  onStatus: (status) => viewer?.tell(status),
  onNote: (text) => process.stderr.write(`viewer: ${text}\n`),
});
const started = link.start();
started.catch(() => {}); // seen below
// Node's HTTP is loaded while the worker starts.
const { ViewerServer: Server } = await import("./viewer-server.ts");
viewer = new Server({
  port: Number(values.port),
  files: page,
  call: (name, argument) => link.call(name, argument),
  status: () => link.status,
});
await started;
if (email && password) {
  const answer = await link.call("login", { email, password });
  if (!answer.ok) process.stderr.write(`viewer: cannot log in as ${email}: ${answer.failure.message}\n`);
}
process.stdout.write(`viewer   ${await viewer.listen()}\n`);

for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, async () => {
    await viewer?.close();
    await link.close();
    process.exit(0);
  });
