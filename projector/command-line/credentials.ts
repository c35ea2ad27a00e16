/**
 * Who asks an API for a log: a token, or an e-mail address and a password to log in with. From the environment only:
 * a command line is seen by everybody on the machine, and kept in the shell's history.
 */
import { z } from "zod";
import { LogError, ServerRefusal } from "../../events/errors.ts";
import { sendJson } from "../../events/sources/http/http-commands.ts";
import { UsageError } from "./failure.ts";

const TIMEOUT_MS = 30_000;
/** A token that ends within this time is renewed, ms. */
const RENEW_MS = 60_000;

type Env = Readonly<Record<string, string | undefined>>;

/**
 * What gives the token for each request to an API: the one given, or one that logging in gave, renewed in time.
 *
 * @param place the API's address; nothing is sent before the first request
 * @throws UsageError if the environment has one half of a login
 */
export function tokenFrom(env: Env, place: string): () => Promise<string | null> {
  const { INVOIFY_TOKEN: token, INVOIFY_EMAIL: email, INVOIFY_PASSWORD: password } = env;
  if (token) return async () => token;
  if (!email && !password) return async () => null;
  if (!email || !password)
    throw new UsageError(`${email ? "INVOIFY_PASSWORD" : "INVOIFY_EMAIL"} is not set: logging in needs both`);
  let current: Promise<string> | null = null;
  let renewAtMs = Number.POSITIVE_INFINITY;
  return async () => {
    if (performance.now() > renewAtMs) current = null;
    current ??= login(new URL(place).origin, { email, password }).then((token) => {
      const life = lifeOf(token);
      renewAtMs = performance.now() + Math.max(life - RENEW_MS, life / 2);
      return token;
    });
    const asked = current;
    return await asked.catch((error) => {
      if (current === asked) current = null;
      throw error;
    });
  };
}

async function login(origin: string, account: { email: string; password: string }): Promise<string> {
  try {
    const url = new URL("/api/auth/login", origin);
    const answer = tokens.safeParse(await sendJson(url, { method: "POST", body: account, timeoutMs: TIMEOUT_MS }));
    if (answer.success) return answer.data.token;
  } catch (error) {
    if (error instanceof ServerRefusal || (error instanceof LogError && error.code === "UNAUTHORIZED"))
      throw new UsageError(`${origin}: cannot log in as ${account.email}: ${reasonOf(error, origin)}`);
    throw error;
  }
  throw new LogError("NOT_A_LOG", `${origin}: answers, but not as an API of Invoify`);
}

/** The server's own words. */
function reasonOf({ message }: Error, origin: string): string {
  return message.startsWith(`${origin}: `) ? message.slice(origin.length + 2) : message;
}

const tokens = z.object({ token: z.string() });
const claims = z.object({ iat: z.number(), exp: z.number() });

/** How long a JSON web token lives, ms, by its server's clock alone; Infinity if it does not say. */
function lifeOf(token: string): number {
  try {
    const { iat, exp } = claims.parse(JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()));
    return (exp - iat) * 1000;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
