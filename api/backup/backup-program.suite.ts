/** The program `invoify-api` as an operator runs it, for tests of its commands on a store. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { COMPILED } from "../../fixtures/tests/compiled.ts";
import { compileProgram } from "../../fixtures/tests/compiled-program.suite.ts";
import type { Config, SigningConfig } from "../config/config.ts";

const PROGRAM = await compileProgram("api/invoify-api.ts");

interface ExitResult {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** Backup and restore need only the store and the key that signs checkpoints, and not the secret for tokens. */
export type StoreConfig = Pick<Config, "dataFolder" | "mongoUrl"> & Partial<SigningConfig>;

export function startProgram(store: StoreConfig, ...args: string[]) {
  const { dataFolder, mongoUrl, signingKey = null, signingKeyFile = null } = store;
  const { PATH = "", HOME = "" } = process.env;
  const env = {
    PATH,
    HOME,
    NODE_COMPILE_CACHE: COMPILED,
    INVOIFY_DATA: dataFolder,
    ...(mongoUrl !== null && { MONGODB_URL: mongoUrl }),
    ...(signingKey !== null && { INVOIFY_SIGNING_KEY: signingKey }),
    ...(signingKeyFile !== null && { INVOIFY_SIGNING_KEY_FILE: signingKeyFile }),
  };
  const child = spawn(process.execPath, [PROGRAM, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]).then(
    ([stdout, stderr, [exitCode]]): ExitResult => ({ exitCode: exitCode as number | null, stdout, stderr }),
  );
  return { child, ended };
}

export async function runProgram(store: StoreConfig, ...args: string[]): Promise<ExitResult> {
  return await startProgram(store, ...args).ended;
}

/** Runs the program, which must succeed. @returns its JSON output */
export async function succeeds(store: StoreConfig, ...args: string[]): Promise<Record<string, unknown>> {
  const { exitCode, stdout, stderr } = await runProgram(store, ...args, "--json");
  assert.equal(exitCode, 0, `${args.join(" ")}: ${stderr}`);
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** Runs the program, which must fail with this code and print nothing but this one line. */
export async function fails(
  store: StoreConfig,
  args: readonly string[],
  exitCode: 1 | 2,
  message: RegExp,
): Promise<void> {
  const ended = await runProgram(store, ...args);
  assert.match(ended.stderr, /^invoify-api: [^\n]+\n$/, `one line: ${ended.stderr}`);
  assert.match(ended.stderr, message);
  assert.equal(ended.exitCode, exitCode, ended.stderr);
  assert.equal(ended.stdout, "");
}
