/**
 * The server of the demo: the same API on loopback and the embedded log, with a clock that its parent process sets, so
 * that eighteen months of history can be written in a minute. Only the process that started it can set the clock.
 */
import { randomBytes } from "node:crypto";
import { readConfig } from "./config.ts";
import { openApi } from "./server.ts";

/** To the server: what time it is from now on; null: the machine's time. Answered with the same message. */
export type DemoClock = { clockMs: number | null };
/** From the server, once: where it listens. */
export type DemoListening = { address: string };

if (!process.send) throw new Error("demo-server is started by the demo, not by hand");

let clockMs: number | null = null;
const config = readConfig({
  ...process.env,
  INVOIFY_HOST: "127.0.0.1",
  INVOIFY_SIGN_UP: "on",
  // Tokens of the demo end with its process.
  INVOIFY_JWT_SECRET: randomBytes(32).toString("base64"),
  MONGODB_URL: "",
});
const api = await openApi(config, { writer: { clock: () => clockMs ?? Date.now(), checkClock: false } });
const address = await api.app.listen({ host: config.host, port: config.port });

process.on("message", (message: DemoClock) => {
  clockMs = message.clockMs;
  process.send?.(message);
});
process.once("disconnect", () => void stop());
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void stop());
process.send({ address } satisfies DemoListening);

let stopping: Promise<void> | null = null;
function stop(): Promise<void> {
  stopping ??= api.close().finally(() => process.exit(0));
  return stopping;
}
