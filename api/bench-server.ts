/**
 * The server of the benchmarks: the API as it is, on loopback, beside a call that sends one buffer and nothing else, so
 * that both are of one process; and what it spends its time on. Its parent process asks by messages.
 */
import { Session } from "node:inspector/promises";
import { readConfig } from "./config.ts";
import { openApi } from "./server.ts";

/** To the server. */
export type BenchAsked =
  | { ask: "buffer"; bytes: number } // what `GET /bench/buffer` sends from now on
  | { ask: "usage" }
  | { ask: "profile" } // begins one, or ends it
  | { ask: "stop" };
/** From it, in order; the first one, unasked, says where it listens. */
export type BenchAnswer =
  | { address: string }
  | { cpuMs: number; rssMiB: number }
  | { profile: unknown }
  | { done: true };

if (!process.send) throw new Error("bench-server is started by the benchmarks, not by hand");

const config = readConfig({ ...process.env, INVOIFY_HOST: "127.0.0.1", INVOIFY_PORT: "0", INVOIFY_SIGN_UP: "on" });
const api = await openApi(config);
let buffer = Buffer.alloc(0);
api.app.get("/bench/buffer", { config: { access: "public" } }, async (_, reply) =>
  reply.type("application/vnd.msgpack").send(buffer),
);
const address = await api.app.listen({ host: "127.0.0.1", port: 0, backlog: 4_096 });

let profiling: Session | null = null;

async function answerTo(asked: BenchAsked): Promise<BenchAnswer> {
  if (asked.ask === "buffer") buffer = Buffer.alloc(asked.bytes, 0x5a);
  if (asked.ask === "profile") return { profile: await toggleProfile() };
  if (asked.ask === "stop") await api.close();
  if (asked.ask !== "usage") return { done: true };
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1000, rssMiB: process.resourceUsage().maxRSS / 1024 };
}

async function toggleProfile(): Promise<unknown> {
  if (profiling) {
    const { profile } = await profiling.post("Profiler.stop");
    profiling.disconnect();
    profiling = null;
    return profile;
  }
  profiling = new Session();
  profiling.connect();
  await profiling.post("Profiler.enable");
  await profiling.post("Profiler.setSamplingInterval", { interval: 500 });
  await profiling.post("Profiler.start");
  return null;
}

process.on("message", async (asked: BenchAsked) => {
  process.send?.(await answerTo(asked), () => {
    if (asked.ask === "stop") process.exit(0);
  });
});
process.once("disconnect", () => process.exit(1));
process.send({ address } satisfies BenchAnswer);
