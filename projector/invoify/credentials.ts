/**
 * Who asks an API for a log: a token, or an e-mail address and a password to log in with. From the environment only:
 * a command line is seen by everybody on the machine, and kept in the shell's history.
 */
import { z } from "zod";
import { LogError } from "../../events/errors.ts";
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
  let response: Response;
  let answer: { token?: unknown; detail?: unknown };
  try {
    response = await fetch(new URL("/api/auth/login", origin), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(account),
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: "error",
    });
    answer = (await response.json().catch(() => ({}))) as typeof answer;
  } catch (error) {
    throw new LogError("UNREACHABLE", `${origin}: no answer (${reasonOf(error)})`, { cause: error });
  }
  if (response.ok && typeof answer.token === "string") return answer.token;
  if (response.ok || response.status === 404)
    throw new LogError("NOT_A_LOG", `${origin}: answers, but not as an API of Invoify`);
  const detail = typeof answer.detail === "string" ? answer.detail : response.statusText;
  if (response.status >= 500) throw new LogError("UNREACHABLE", `${origin}: ${response.status}: ${detail}`);
  throw new UsageError(`${origin}: cannot log in as ${account.email}: ${detail}`);
}

function reasonOf(error: unknown): string {
  const cause = (error instanceof Error && error.cause) || error;
  const { message, code } = cause as NodeJS.ErrnoException;
  return message || code || String(cause);
}

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
