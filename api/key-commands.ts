/** `invoify-api key …`: the key with which the server signs checkpoints. */
import { existsSync } from "node:fs";
import { ed25519Signer } from "../events/proofs/note.ts";
import { type KeyFile, newKeyFile, newSeeds, pairOf, type Seeds } from "../events/proofs/server-key.ts";
import { SERVER_KEY_NAME, signSuccessor } from "../events/proofs/successor.ts";
import { fingerprintOf, formatVerifierKey, type PublicKey, verifierKey } from "../events/proofs/verifier-key.ts";
import { defineCommand, JSON_OUTPUT } from "../projector/command-line/command.ts";
import { UsageError } from "../projector/command-line/failure.ts";
import { readStoreConfig } from "./config/config.ts";
import { type KeyConfig, keyFilePath, readKey, writeKey } from "./proofs/open-server-key.ts";
import { publicKeysOf } from "./proofs/signing.ts";

/** Days for which the previous key signs too. */
const OVERLAP_DAYS = 90;
const MAX_DAYS = 3_650;
const DAY_MS = 86_400_000;

export const createKey = defineCommand({
  program: "invoify-api",
  name: "key create",
  about: `Makes the key that signs checkpoints, in the file that INVOIFY_SIGNING_KEY_FILE
names, or in INVOIFY_DATA. Only the file's owner may read it. An existing key is
never overwritten: see key rotate. All processes of a store share one key.`,
  positionals: [],
  options: { json: JSON_OUTPUT },
  async run({ values: { json } }, terminal) {
    const path = pathOf(readStoreConfig(terminal.env));
    if (existsSync(path)) throw new UsageError(`${path}: already exists and was not changed`);
    const key = newKeyFile(Date.now());
    const shown = describe(key, path);
    await writeKey(path, key, { overwrite: false });
    terminal.out(json ? JSON.stringify(shown) : textOf(shown));
    return 0;
  },
});

export const showKey = defineCommand({
  program: "invoify-api",
  name: "key show",
  about: `Prints the fingerprints of the key that signs checkpoints; nothing of it is
secret. Give them to those who verify, by another way than this server.
With --origin, also prints the verifier keys of that log, as witnesses and other
tools need them; the origin is the first line of its checkpoints.`,
  positionals: [],
  options: {
    origin: { type: "string", value: "ORIGIN", help: "for example invoify/LOG-ID/1" },
    json: JSON_OUTPUT,
  },
  async run({ values: { origin, json } }, terminal) {
    const config = readStoreConfig(terminal.env);
    const key = existingKey(config);
    const shown = { ...describe(key, keyFilePath(config)), ...(origin && { keys: verifierKeysOf(key, origin) }) };
    terminal.out(json ? JSON.stringify(shown) : textOf(shown));
    return 0;
  },
});

export const rotateKey = defineCommand({
  program: "invoify-api",
  name: "key rotate",
  about: `Replaces the key that signs checkpoints. Both keys sign for a while, and a note
in which the old key names the new one is served for ever, so that desktops
recognize the change. Tell their users beforehand: each is asked to compare the
new fingerprint. Then restart every process of the store with the new file.
A key that someone may have copied must not name its successor: with --stolen the
old key does not sign any more, and no note is made.`,
  positionals: [],
  options: {
    days: { type: "string", value: "DAYS", help: `for how long both keys sign (${OVERLAP_DAYS})` },
    stolen: { type: "boolean", help: "the old key is not trusted any more" },
    json: JSON_OUTPUT,
  },
  async run({ values: { days, stolen = false, json } }, terminal) {
    const config = readStoreConfig(terminal.env);
    const path = pathOf(config);
    const key = rotated(existingKey(config), { nowMs: Date.now(), days: daysOf(days), stolen });
    const shown = describe(key, path);
    await writeKey(path, key, { overwrite: true });
    terminal.out(json ? JSON.stringify(shown) : textOf(shown));
    terminal.note("restart every process of the store with this file");
    return 0;
  },
});

/** The content of a key file after a rotation. @param options.days for which both keys sign */
export function rotated(
  { format, current, earlier, successors }: KeyFile,
  { nowMs, days, stolen }: { nowMs: number; days: number; stolen: boolean },
): KeyFile {
  const next = newSeeds(nowMs);
  const until = new Date(nowMs + days * DAY_MS).toISOString();
  const oldKey = publicKeysOf(pairOf(current))[0].bytes.toString("base64");
  return {
    format,
    current: next,
    previous: stolen || days === 0 ? null : { ...current, until },
    earlier: [...earlier, oldKey],
    // The notes of a stolen key lead to it, and not past it.
    successors: stolen ? successors : [...successors, successorNote(current, next, nowMs)],
  };
}

function successorNote(current: Seeds, next: Seeds, nowMs: number): string {
  const pairs = [pairOf(current), pairOf(next)] as const;
  return signSuccessor(
    { old: publicKeysOf(pairs[0]), next: publicKeysOf(pairs[1]), at: Math.floor(nowMs / 1000) },
    pairs.map(({ ed25519 }) => ed25519Signer(SERVER_KEY_NAME, ed25519)),
  );
}

/** @throws UsageError if the key is in the environment */
function pathOf(config: KeyConfig): string {
  const path = keyFilePath(config);
  if (path !== null) return path;
  throw new UsageError("INVOIFY_SIGNING_KEY holds the key itself; to change it, set INVOIFY_SIGNING_KEY_FILE instead");
}

/** @throws UsageError if there is none; ConfigError if it cannot be read */
function existingKey(config: KeyConfig): KeyFile {
  const key = readKey(config);
  if (key) return key;
  throw new UsageError(`${keyFilePath(config)}: there is no signing key; make it with: invoify-api key create`);
}

function daysOf(text: string | undefined): number {
  if (text === undefined) return OVERLAP_DAYS;
  const days = /^\d{1,4}$/.test(text) ? Number(text) : MAX_DAYS + 1;
  if (days > MAX_DAYS) throw new UsageError(`--days: ${text} is not a number of days up to ${MAX_DAYS}`);
  return days;
}

interface ShownKey {
  file: string | null;
  createdAt: string;
  fingerprints: { ed25519: string; mlDsa44: string };
  previous: { fingerprints: ShownKey["fingerprints"]; until: string } | null;
  keys?: string[];
}

function describe({ current, previous }: KeyFile, file: string | null): ShownKey {
  return {
    file,
    createdAt: current.createdAt,
    fingerprints: fingerprintsOf(current),
    previous: previous && { fingerprints: fingerprintsOf(previous), until: previous.until },
  };
}

function fingerprintsOf(seeds: Seeds): ShownKey["fingerprints"] {
  const [ed25519, mlDsa44] = publicKeysOf(pairOf(seeds));
  return { ed25519: fingerprintOf(ed25519), mlDsa44: fingerprintOf(mlDsa44) };
}

function verifierKeysOf({ current, previous }: KeyFile, origin: string): string[] {
  const format = (key: PublicKey) => formatVerifierKey(verifierKey(origin, key));
  return [current, ...(previous ? [previous] : [])].flatMap((seeds) => publicKeysOf(pairOf(seeds)).map(format));
}

function textOf({ file, createdAt, fingerprints, previous, keys }: ShownKey): string {
  const lines = [
    `key of ${createdAt}, in ${file ?? "INVOIFY_SIGNING_KEY"}`,
    `Ed25519    ${fingerprints.ed25519}`,
    `ML-DSA-44  ${fingerprints.mlDsa44}`,
    ...(previous
      ? [`the previous key also signs until ${previous.until}: Ed25519 ${previous.fingerprints.ed25519}`]
      : []),
    ...(keys ?? []),
  ];
  return lines.join("\n");
}
