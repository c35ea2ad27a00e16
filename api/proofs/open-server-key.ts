/** Finds the key with which a server signs, and makes one where nothing was ever signed. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { LogError } from "../../events/errors.ts";
import { makePrivateFolder } from "../../events/private-files.ts";
import { type KeyFile, keyFileText, newKeyFile, parseKeyFile } from "../../events/proofs/server-key.ts";
import { codeOf, writeAll, writeWholeFile } from "../../events/sources/file/whole-file.ts";
import { type Config, foldersOf, type SigningConfig } from "../config/config.ts";
import { ConfigError } from "../config/config-error.ts";
import { Signing } from "./signing.ts";
import { Witness } from "./witness.ts";

/** The name of the key file in the data folder. */
const KEY_FILE = "signing-key.json";
/** The name, beside a key file, of the file with the last pairs that were signed. */
const SIGNED = ".signed.sqlite";

export type KeyConfig = Pick<Config, "dataFolder" | "mongoUrl"> & SigningConfig;

/** The key file of a server; null if its key is in the environment. */
export function keyFilePath(config: KeyConfig): string | null {
  if (config.signingKey !== null) return null;
  return config.signingKeyFile ?? join(foldersOf(config).keys, KEY_FILE);
}

/** The file with the last pairs that were signed: beside the key file, or in the data folder. */
export function signedPairsPath(config: KeyConfig): string {
  return (keyFilePath(config) ?? join(foldersOf(config).keys, KEY_FILE)) + SIGNED;
}

/**
 * Reads the key.
 *
 * @returns null if there is none
 * @throws ConfigError if the variables name a key that cannot be used
 */
export function readKey(config: KeyConfig): KeyFile | null {
  if (config.signingKey !== null) return parsed(config.signingKey, "INVOIFY_SIGNING_KEY");
  const path = keyFilePath(config) ?? "";
  const where = config.signingKeyFile === null ? path : `INVOIFY_SIGNING_KEY_FILE: ${path}`;
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT" && config.signingKeyFile === null) return null;
    const reason =
      codeOf(error) === "ENOENT"
        ? "there is no such file; make it with: invoify-api key create"
        : String(codeOf(error));
    throw new ConfigError(`${where}: ${reason}`);
  }
  return parsed(text, where);
}

/**
 * Reads the key of a server that starts. Embedded logs of which nothing was ever signed get a new one.
 *
 * @returns the key; without one, the reason, for the operator
 * @throws ConfigError as `readKey`
 */
async function openKey(
  config: KeyConfig,
  nowMs: number,
): Promise<{ key: KeyFile; note: null } | { key: null; note: string }> {
  const key = readKey(config);
  if (key) return { key, note: null };
  if (config.mongoUrl !== null)
    return {
      key: null,
      note: 'no signing key: this server signs no checkpoints, so nobody can prove that its logs were not changed; see "The signing key" in api/README.md',
    };
  const path = keyFilePath(config) ?? "";
  if (hasTrees(foldersOf(config).logs))
    return {
      key: null,
      note: `${path}: the signing key is missing, although these logs were signed before: put it back, or make another one with: invoify-api key create`,
    };
  await writeKey(path, newKeyFile(nowMs), { overwrite: false }).catch((error: unknown) => {
    if (codeOf(error) !== "EEXIST") throw error; // another process was faster
  });
  return { key: parsed(readFileSync(path, "utf8"), path), note: null };
}

interface OpenSigningOptions {
  /** ms since 1970 UTC. */
  clock: () => number;
  /** False if the clock is artificial. */
  checkClock?: boolean;
  /** Who cosigns. */
  witnesses?: Config["witnesses"];
  /** False: no key is made. */
  create?: boolean;
  /** Called with the reason if nothing is signed. */
  onNote?: (text: string) => void;
}

/**
 * What a server that starts signs with.
 *
 * @returns null if it has no key
 * @throws ConfigError as `readKey`; LogError if the file with the last pairs cannot be used
 */
export async function openSigning(config: KeyConfig, options: OpenSigningOptions): Promise<Signing | null> {
  const { clock, checkClock = true, create = true, witnesses = [], onNote } = options;
  const { key, note } = create ? await openKey(config, clock()) : { key: readKey(config), note: null };
  if (note !== null) onNote?.(note);
  if (!key) return null;
  const path = keyFilePath(config);
  if (path !== null && isOpenToOthers(path))
    onNote?.(`${path}: other users of this machine can read the signing key; close it with chmod 600`);
  const signedPath = signedPairsPath(config);
  makePrivateFolder(dirname(signedPath));
  return new Signing(key, { signedPath, clock, checkClock, witnesses: witnesses.map(witnessAt) });
}

/** @throws ConfigError if its key cannot be used */
function witnessAt(address: Config["witnesses"][number]): Witness {
  try {
    return new Witness(address);
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    throw new ConfigError(`INVOIFY_WITNESSES: ${error.message}`);
  }
}

/** Writes a key file, complete or not at all. @throws Error EEXIST if it exists and is not to be replaced */
export async function writeKey(path: string, key: KeyFile, options: { overwrite: boolean }): Promise<void> {
  makePrivateFolder(dirname(path));
  await writeWholeFile(path, (file) => writeAll(file, Buffer.from(keyFileText(key)), 0), options);
}

function parsed(text: string, where: string): KeyFile {
  try {
    return parseKeyFile(text, where);
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    throw new ConfigError(error.message);
  }
}

/** Windows has no modes. */
function isOpenToOthers(path: string): boolean {
  return process.platform !== "win32" && (statSync(path).mode & 0o077) !== 0;
}

function hasTrees(logs: string): boolean {
  return existsSync(logs) && readdirSync(logs).some((name) => name.endsWith(".tree.sqlite"));
}
