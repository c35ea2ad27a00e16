/** A server in its own process, for tests that kill it. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { COMPILED } from "../fixtures/tests/compiled.ts";
import { compileProgram } from "../fixtures/tests/compiled-program.suite.ts";

const PROGRAM = await compileProgram("api/invoify-api.ts");

export interface ServedProcess {
  /** Address of the server. */
  base: string;
  process: ChildProcess;
  /** The last errors in its log, at most 20 lines. */
  failures: readonly string[];
  /** Sends SIGKILL. Resolves when the process has ended. */
  kill(): Promise<void>;
}

/** The complete environment of a server. Servers with the same environment share their organizations. */
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
 * Starts `invoify-api serve`. Resolves when it listens. It is killed when the test ends.
 *
 * @param options.program another one that serves in the same way
 * @param options.around a command that starts it, such as `["sh", "-c", "ulimit -f 9; exec \"$@\"", "sh"]`
 * @throws if it ends before it listens, with its standard error
 */
export async function serveProcess(
  t: TestContext,
  environment: Record<string, string>,
  options: { program?: string; around?: readonly string[] } = {},
): Promise<ServedProcess> {
  const served = [process.execPath, options.program ?? PROGRAM, "serve"];
  const [program = process.execPath, ...args] = [...(options.around ?? []), ...served];
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(program, args, {
    env: { PATH, HOME, NODE_COMPILE_CACHE: COMPILED, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  t.after(() => child.kill("SIGKILL"));
  const ended = once(child, "close");
  let errorText = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    errorText += text;
  });
  const failures: string[] = [];
  const { promise: listening, resolve } = Promise.withResolvers<string>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
    if (address) resolve(address);
    if (/"level":[56]0/.test(line) && failures.push(line) > 20) failures.shift();
  });
  const base = await Promise.race([listening, ended.then(() => null)]);
  if (base === null) throw new Error(`the server ended before it listened: ${errorText}`);
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
