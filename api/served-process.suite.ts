/** The server as a process of its own, for tests that kill it. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { COMPILED } from "../fixtures/tests/compiled.ts";

const PROGRAM = join(import.meta.dirname, "invoify-api.ts");

export interface ServedProcess {
  /** Its address. */
  base: string;
  process: ChildProcess;
  /** Lines of its log that are about a failure of its own: the last ones. */
  failures: readonly string[];
  /** Ends it by SIGKILL. Resolves when it is gone. */
  kill(): Promise<void>;
}

/** The environment of servers that share an organization: all that they are told. */
export function newEnvironment(dataFolder: string, more: Record<string, string> = {}): Record<string, string> {
  return {
    INVOIFY_DATA: dataFolder,
    INVOIFY_JWT_SECRET: randomUUID() + randomUUID(),
    INVOIFY_PORT: "0",
    INVOIFY_SIGN_UP: "on",
    ...more,
  };
}

/**
 * Starts `invoify-api serve`; it is killed with the test. Resolves when it listens.
 *
 * @param options.around a command that runs it, such as `["sh", "-c", "ulimit -f 9; exec \"$@\"", "sh"]`
 * @throws if it ends before, with what it said
 */
export async function serveProcess(
  t: TestContext,
  environment: Record<string, string>,
  options: { around?: readonly string[] } = {},
): Promise<ServedProcess> {
  const [program = process.execPath, ...args] = [...(options.around ?? []), process.execPath, PROGRAM, "serve"];
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(program, args, {
    env: { PATH, HOME, NODE_COMPILE_CACHE: COMPILED, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  t.after(() => child.kill("SIGKILL"));
  const ended = once(child, "close");
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    complaint += text;
  });
  const failures: string[] = [];
  const { promise: listening, resolve } = Promise.withResolvers<string>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
    if (address) resolve(address);
    if (/"level":[56]0/.test(line) && failures.push(line) > 20) failures.shift();
  });
  const base = await Promise.race([listening, ended.then(() => null)]);
  if (base === null) throw new Error(`the server ended before it listened: ${complaint}`);
  return {
    base,
    process: child,
    failures,
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
