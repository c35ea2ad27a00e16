/** Configuration, from the environment: read once at the start, checked, and named when it is wrong. */
import { join } from "node:path";
import { z } from "zod";

const LOOPBACK = new Set(["127.0.0.1", "::1", "localhost"]);

const schema = z.object({
  /** Address to listen on. Beyond loopback TLS or a trusted proxy is needed. */
  INVOIFY_HOST: z.string().min(1).default("127.0.0.1"),
  INVOIFY_PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  /** Folder for embedded logs, accounts, and this server's caches. */
  INVOIFY_DATA: z.string().min(1).default(".invoify/server"),
  /** A MongoDB database for logs and accounts; without it both are embedded, in INVOIFY_DATA. */
  MONGODB_URL: z.string().startsWith("mongodb", "begins with mongodb:// or mongodb+srv://").optional(),
  /** Secret that tokens are signed with. */
  INVOIFY_JWT_SECRET: z.string().min(32, "at least 32 characters; make one with: openssl rand -base64 48"),
  /** Whether anybody may found an organization. */
  INVOIFY_SIGN_UP: z.enum(["on", "off"]).default("off"),
  /** Address of the proxy that ends TLS before this server, where there is one. */
  INVOIFY_TRUSTED_PROXY: z.string().optional(),
});

export interface Config {
  host: string;
  port: number;
  dataFolder: string;
  mongoUrl: string | null;
  jwtSecret: string;
  signUp: boolean;
  trustedProxy: string | null;
}

/** The configuration cannot be used: one line for each thing that is wrong. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** @throws ConfigError naming every variable that is wrong */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message, code }) => {
      const name = path.join(".");
      return `${name}: ${code === "invalid_type" && given[name] === undefined ? `is missing: ${describe(name)}` : message}`;
    });
    throw new ConfigError(problems.join("\n"));
  }
  const values = parsed.data;
  const { INVOIFY_HOST: host, INVOIFY_TRUSTED_PROXY: proxy } = values;
  if (!LOOPBACK.has(host) && proxy === undefined)
    throw new ConfigError(
      `INVOIFY_HOST: ${host} is beyond loopback, where tokens must not travel in the clear: name the proxy that ends TLS in INVOIFY_TRUSTED_PROXY`,
    );
  return {
    host,
    port: values.INVOIFY_PORT,
    dataFolder: values.INVOIFY_DATA,
    mongoUrl: values.MONGODB_URL ?? null,
    jwtSecret: values.INVOIFY_JWT_SECRET,
    signUp: values.INVOIFY_SIGN_UP === "on",
    trustedProxy: proxy ?? null,
  };
}

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
