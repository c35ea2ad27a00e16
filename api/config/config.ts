/** The configuration comes from the environment. It is read and checked once, at the start. */
import { isIP } from "node:net";
import { join } from "node:path";
import { z } from "zod";
import type { LogId } from "../../events/log/log.ts";
import { parseUuidV7 } from "../../events/uuid.ts";
import { faultsOf } from "../../events/values/zod-words.ts";
import { ConfigError } from "./config-error.ts";
import { isRandom } from "./secrets.ts";
import { readTls, type TlsFiles } from "./tls-files.ts";
import { parseWitnesses, type WitnessAddress } from "./witnesses.ts";

const LOOPBACK = new Set(["127.0.0.1", "::1", "localhost"]);

/** Fastify's names for ranges of addresses. */
const RANGES = new Set(["loopback", "linklocal", "uniquelocal"]);

/** Addresses and ranges, separated by commas. A range of all addresses is refused: it would trust every sender. */
const proxyAddresses = z
  .string()
  .refine(
    (text) => text.split(",").every((part) => isProxy(part.trim())),
    "must be addresses such as 10.0.0.5, 10.0.0.0/8, loopback",
  );

/** Origins in the form that browsers send, separated by commas. */
const origins = z
  .string()
  .transform((text) => text.split(",").map((part) => part.trim()))
  .refine(
    (all) => all.every(isOrigin),
    "must be origins such as https://app.example, separated by commas, without a path",
  );

/** Ids of logs, separated by commas. */
const logIds = z
  .string()
  .transform((text) => text.split(",").map((part) => part.trim().toLowerCase()))
  .refine((ids) => ids.every((id) => parseUuidV7(id)), "must be ids of logs, separated by commas");

/** `URL VKEY` of each witness, separated by commas. */
const witnesses = z.string().transform((text, context) => {
  const parsed = parseWitnesses(text);
  if (parsed) return parsed;
  context.addIssue({
    code: "custom",
    message:
      "must be an address (https, or http on this machine) and a verifier key, such as https://witness.example name+1a2b3c4d+B…; several are separated by commas",
  });
  return z.NEVER;
});

const PORT = "must be a whole number from 0 to 65535";

const schema = z.object({
  /** Address to listen on. Beyond loopback, TLS or a trusted proxy is required. */
  INVOIFY_HOST: z.string().min(1).default("127.0.0.1"),
  INVOIFY_PORT: z
    .string()
    .regex(/^\d{1,5}$/, PORT)
    .transform(Number)
    .refine((port) => port <= 65_535, PORT)
    .default(8080),
  /** Folder for embedded logs, accounts, and this server's caches. */
  INVOIFY_DATA: z.string().min(1).default(".invoify/server"),
  /** MongoDB database for logs and accounts. Without it, both are embedded in INVOIFY_DATA. */
  MONGODB_URL: z.string().startsWith("mongodb", "must begin with mongodb:// or mongodb+srv://").optional(),
  /** Secret that signs the tokens. */
  INVOIFY_JWT_SECRET: z
    .string()
    .refine(isRandom, "must be at least 32 characters that nobody can guess; create it with: openssl rand -base64 48"),
  /** Token for reading `/metrics`. Without it, there is no such route. */
  INVOIFY_METRICS_TOKEN: z
    .string()
    .refine(isRandom, "must be at least 32 characters that nobody can guess; create it with: openssl rand -base64 48")
    .optional(),
  /** Whether anyone may found an organization over HTTP. */
  INVOIFY_SIGN_UP: z.enum(["on", "off"], { error: "must be on or off" }).default("off"),
  /** Address of the proxy that terminates TLS in front of this server. */
  INVOIFY_TRUSTED_PROXY: proxyAddresses.optional(),
  /** PEM files of the certificate chain and of its key. With them, this server terminates TLS itself. */
  INVOIFY_TLS_CERT: z.string().optional(),
  INVOIFY_TLS_KEY: z.string().optional(),
  /** Sites whose pages may call the API from a browser. */
  INVOIFY_CORS_ORIGINS: origins.default([]),
  /** The key that signs checkpoints, as the content of a key file. */
  INVOIFY_SIGNING_KEY: z.string().optional(),
  /** The key file. With embedded logs, one is made in INVOIFY_DATA if neither variable is set. */
  INVOIFY_SIGNING_KEY_FILE: z.string().optional(),
  /** Witnesses that cosign the checkpoints. */
  INVOIFY_WITNESSES: witnesses.default([]),
  /** Logs that may be written although their last event is dated after this machine's clock. */
  INVOIFY_ACCEPT_AHEAD: logIds.default([]),
});

/** Where the key is that signs checkpoints. At most one is not null. */
export interface SigningConfig {
  /** The content of a key file. */
  signingKey: string | null;
  signingKeyFile: string | null;
}

export interface Config extends SigningConfig {
  host: string;
  port: number;
  dataFolder: string;
  mongoUrl: string | null;
  jwtSecret: string;
  metricsToken: string | null;
  signUp: boolean;
  trustedProxy: string | null;
  tls: TlsFiles | null;
  corsOrigins: readonly string[];
  acceptedAhead: readonly LogId[];
  witnesses: readonly WitnessAddress[];
}

/** @throws ConfigError naming every variable that is wrong */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const values = parse(schema, env);
  const { INVOIFY_HOST: host, INVOIFY_TRUSTED_PROXY: proxy } = values;
  const tls = readTls(values.INVOIFY_TLS_CERT, values.INVOIFY_TLS_KEY);
  if (!LOOPBACK.has(host) && proxy === undefined && tls === null)
    throw new ConfigError(
      `INVOIFY_HOST: ${host} is beyond loopback, where tokens must not travel unencrypted: set INVOIFY_TLS_CERT and INVOIFY_TLS_KEY, or set INVOIFY_TRUSTED_PROXY to the proxy that terminates TLS`,
    );
  return {
    host,
    port: values.INVOIFY_PORT,
    dataFolder: values.INVOIFY_DATA,
    mongoUrl: values.MONGODB_URL ?? null,
    jwtSecret: values.INVOIFY_JWT_SECRET,
    metricsToken: values.INVOIFY_METRICS_TOKEN ?? null,
    signUp: values.INVOIFY_SIGN_UP === "on",
    trustedProxy: proxy ?? null,
    tls,
    corsOrigins: values.INVOIFY_CORS_ORIGINS,
    acceptedAhead: values.INVOIFY_ACCEPT_AHEAD,
    witnesses: values.INVOIFY_WITNESSES,
    ...signingOf(values),
  };
}

/** @throws ConfigError if both variables are set */
function signingOf(values: {
  INVOIFY_SIGNING_KEY?: string | undefined;
  INVOIFY_SIGNING_KEY_FILE?: string | undefined;
}): SigningConfig {
  const { INVOIFY_SIGNING_KEY: key, INVOIFY_SIGNING_KEY_FILE: file } = values;
  if (key !== undefined && file !== undefined)
    throw new ConfigError("INVOIFY_SIGNING_KEY and INVOIFY_SIGNING_KEY_FILE: set only one of them");
  return { signingKey: key ?? null, signingKeyFile: file ?? null };
}

/**
 * The part of the configuration that names the store and the signing key. Backups, restores and commands about keys need
 * no more: they sign no token.
 *
 * @throws ConfigError naming every variable that is wrong
 */
export function readStoreConfig(
  env: Readonly<Record<string, string | undefined>>,
): Pick<Config, "dataFolder" | "mongoUrl"> & SigningConfig {
  const picked = schema.pick({
    INVOIFY_DATA: true,
    MONGODB_URL: true,
    INVOIFY_SIGNING_KEY: true,
    INVOIFY_SIGNING_KEY_FILE: true,
  });
  const values = parse(picked, env);
  return { dataFolder: values.INVOIFY_DATA, mongoUrl: values.MONGODB_URL ?? null, ...signingOf(values) };
}

function parse<T>(schema: z.ZodType<T>, env: Readonly<Record<string, string | undefined>>): T {
  const variables = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const parsed = schema.safeParse(variables);
  if (parsed.success) return parsed.data;
  const problems = faultsOf(parsed.error.issues).map(({ field: name, message }) => {
    const isMissing = variables[name] === undefined;
    return `${name}: ${isMissing ? `missing: ${describe(name)}` : message}`;
  });
  throw new ConfigError(problems.join("\n"));
}

/** Paths of embedded logs and accounts, of this server's caches, and of its own signing key. */
export function foldersOf(config: Pick<Config, "dataFolder">) {
  const { dataFolder } = config;
  return {
    logs: join(dataFolder, "logs"),
    accounts: join(dataFolder, "accounts.sqlite"),
    caches: join(dataFolder, "caches"),
    keys: join(dataFolder, "keys"),
  };
}

function describe(name: string): string {
  return name === "INVOIFY_JWT_SECRET" ? "it signs the tokens; create one with: openssl rand -base64 48" : "set it";
}

function isProxy(text: string): boolean {
  const [, address = "", prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  if (prefix === undefined) return RANGES.has(text) || isIP(address) !== 0;
  const bits = Number(prefix);
  return isIP(address) !== 0 && bits > 0 && bits <= (isIP(address) === 4 ? 32 : 128);
}

function isOrigin(text: string): boolean {
  return !text.includes("*") && URL.canParse(text) && new URL(text).origin === text;
}
