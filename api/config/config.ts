/** Configuration, from the environment: read once at the start, checked, and named when it is wrong. */
import { isIP } from "node:net";
import { join } from "node:path";
import { z } from "zod";
import { ConfigError } from "./config-error.ts";
import { readTls, type TlsFiles } from "./tls-files.ts";

const LOOPBACK = new Set(["127.0.0.1", "::1", "localhost"]);

/** Named ranges of addresses, as Fastify knows them. */
const RANGES = new Set(["loopback", "linklocal", "uniquelocal"]);

/** Addresses and ranges, with commas between. All there are would be to trust anybody's word. */
const proxyAddresses = z
  .string()
  .refine(
    (text) => text.split(",").every((part) => isProxy(part.trim())),
    "addresses such as 10.0.0.5, 10.0.0.0/8, loopback",
  );

/** Origins as browsers send them, with commas between. */
const origins = z
  .string()
  .transform((text) => text.split(",").map((part) => part.trim()))
  .refine((all) => all.every(isOrigin), "origins such as https://app.example, with commas between, and no path");

const schema = z.object({
  /** Address to listen on. Beyond loopback TLS or a trusted proxy is needed. */
  INVOIFY_HOST: z.string().min(1).default("127.0.0.1"),
  INVOIFY_PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  /** Folder for embedded logs, accounts, and this server's caches. */
  INVOIFY_DATA: z.string().min(1).default(".invoify/server"),
  /** A MongoDB database for logs and accounts; without it both are embedded, in INVOIFY_DATA. */
  MONGODB_URL: z.string().startsWith("mongodb", "begins with mongodb:// or mongodb+srv://").optional(),
  /** Secret that tokens are signed with. */
  INVOIFY_JWT_SECRET: z
    .string()
    .refine(isRandom, "at least 32 characters that nobody can guess; make them with: openssl rand -base64 48"),
  /** What a scraper shows to read `/metrics`; without it, there are none to read. */
  INVOIFY_METRICS_TOKEN: z
    .string()
    .refine(isRandom, "at least 32 characters that nobody can guess; make them with: openssl rand -base64 48")
    .optional(),
  /** Whether anybody may found an organization. */
  INVOIFY_SIGN_UP: z.enum(["on", "off"]).default("off"),
  /** Address of the proxy that ends TLS before this server, where there is one. */
  INVOIFY_TRUSTED_PROXY: proxyAddresses.optional(),
  /** Files (PEM) of the certificate, with those between it and its root, and of its key: then this server ends TLS. */
  INVOIFY_TLS_CERT: z.string().optional(),
  INVOIFY_TLS_KEY: z.string().optional(),
  /** Sites whose pages may call the API from a browser. */
  INVOIFY_CORS_ORIGINS: origins.default([]),
});

export interface Config {
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
}

/** @throws ConfigError naming every variable that is wrong */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const values = parse(schema, env);
  const { INVOIFY_HOST: host, INVOIFY_TRUSTED_PROXY: proxy } = values;
  const tls = readTls(values.INVOIFY_TLS_CERT, values.INVOIFY_TLS_KEY);
  if (!LOOPBACK.has(host) && proxy === undefined && tls === null)
    throw new ConfigError(
      `INVOIFY_HOST: ${host} is beyond loopback, where tokens must not travel in the clear: set INVOIFY_TLS_CERT and INVOIFY_TLS_KEY, or name the proxy that ends TLS in INVOIFY_TRUSTED_PROXY`,
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
  };
}

/**
 * Where logs and accounts lie: what backup and restore need, which sign no token.
 *
 * @throws ConfigError naming every variable that is wrong
 */
export function readStoreConfig(
  env: Readonly<Record<string, string | undefined>>,
): Pick<Config, "dataFolder" | "mongoUrl"> {
  const { INVOIFY_DATA, MONGODB_URL } = parse(schema.pick({ INVOIFY_DATA: true, MONGODB_URL: true }), env);
  return { dataFolder: INVOIFY_DATA, mongoUrl: MONGODB_URL ?? null };
}

function parse<T>(wanted: z.ZodType<T>, env: Readonly<Record<string, string | undefined>>): T {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const parsed = wanted.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message, code }) => {
    const name = path.join(".");
    return `${name}: ${code === "invalid_type" && given[name] === undefined ? `is missing: ${describe(name)}` : message}`;
  });
  throw new ConfigError(problems.join("\n"));
}

/** Of folders that the server makes: what companies keep, and hashes of passwords, are not for others on the machine. */
export const OWNER_ONLY = 0o700;

/** Where embedded logs and accounts lie, and the caches that this server makes of logs. */
export function foldersOf(config: Pick<Config, "dataFolder">): { logs: string; accounts: string; caches: string } {
  const { dataFolder } = config;
  return {
    logs: join(dataFolder, "logs"),
    accounts: join(dataFolder, "accounts.sqlite"),
    caches: join(dataFolder, "caches"),
  };
}

function describe(name: string): string {
  return name === "INVOIFY_JWT_SECRET"
    ? "the secret that tokens are signed with; make one with: openssl rand -base64 48"
    : "set it";
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

/** A word said over and over is long enough, and no secret. */
function isRandom(secret: string): boolean {
  return secret.length >= 32 && new Set(secret).size >= 8;
}
