/**
 * Credentials for an API: a token, or an e-mail address and a password to log in with. They come only from the
 * environment: every user of the machine can see a command line, and the shell's history stores it.
 */
import { z } from "zod";
import { LogError, ServerRefusal } from "../../events/errors.ts";
import { sendJson } from "../../events/sources/http/http-commands.ts";
import { sessionReply } from "../../events/sources/http/replies.ts";
import { UsageError } from "./failure.ts";

const TIMEOUT_MS = 30_000;
/** A token is renewed this long before it expires, ms. */
const RENEW_MS = 60_000;

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Returns a function that provides the token for each request: INVOIFY_TOKEN, or the token of a login, renewed in time.
 *
 * @param url the API's address; nothing is sent before the first request
 * @throws UsageError if the environment has only one half of a login
 */
export function tokenFrom(env: Env, url: string): () => Promise<string | null> {
  const { INVOIFY_TOKEN: token, INVOIFY_EMAIL: email, INVOIFY_PASSWORD: password } = env;
  if (token) return async () => token;
  if (!email && !password) return async () => null;
  if (!email || !password)
    throw new UsageError(`${email ? "INVOIFY_PASSWORD" : "INVOIFY_EMAIL"} is not set: a login needs both`);
  let current: Promise<string> | null = null;
  let renewAtMs = Number.POSITIVE_INFINITY;
  return async () => {
    if (performance.now() > renewAtMs) current = null;
    current ??= logIn(new URL(url).origin, { email, password }).then((token) => {
      const life = lifeOf(token);
      renewAtMs = performance.now() + Math.max(life - RENEW_MS, life / 2);
      return token;
    });
    const login = current;
    return await login.catch((error) => {
      if (current === login) current = null;
      throw error;
    });
  };
}

async function logIn(origin: string, account: { email: string; password: string }): Promise<string> {
  try {
    const url = new URL("/api/auth/login", origin);
    return (await sendJson(url, { method: "POST", body: account, reply: sessionReply, timeoutMs: TIMEOUT_MS })).token;
  } catch (error) {
    if (error instanceof ServerRefusal || (error instanceof LogError && error.code === "UNAUTHORIZED"))
      throw new UsageError(`${origin}: cannot log in as ${account.email}: ${reasonOf(error, origin)}`);
    throw error;
  }
}

/** The server's message, without its address. */
function reasonOf({ message }: Error, origin: string): string {
  return message.startsWith(`${origin}: `) ? message.slice(origin.length + 2) : message;
}

const claims = z.object({ iat: z.number(), exp: z.number() });

/** The lifetime of a JSON web token by its server's clock, ms; Infinity if the token has none. */
function lifeOf(token: string): number {
  try {
    const { iat, exp } = claims.parse(JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()));
    return (exp - iat) * 1000;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
