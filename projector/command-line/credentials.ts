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
/** A second refusal within this time is no news, ms. */
const NEWS_MS = 60_000;

type Env = Readonly<Record<string, string | undefined>>;

/** True if the environment has a login, so that a token can be replaced. */
export function canLogIn({ INVOIFY_TOKEN: token, INVOIFY_EMAIL: email, INVOIFY_PASSWORD: password }: Env): boolean {
  return !token && Boolean(email && password);
}

/**
 * Returns a function that provides the token for each request: INVOIFY_TOKEN, or the token of a login. A login is repeated
 * before its token expires, and when the server refuses the token: after a restart with another secret, for example.
 *
 * @param url the API's address; nothing is sent before the first request
 * @param note prints a remark after the server has refused a token
 * @throws UsageError if the environment has only one half of a login
 */
export function tokenFrom(
  env: Env,
  url: string,
  note: (text: string) => void = () => {},
): (refused?: string) => Promise<string | null> {
  const { INVOIFY_TOKEN: token, INVOIFY_EMAIL: email, INVOIFY_PASSWORD: password } = env;
  if (token) return async () => token;
  if (!email && !password) return async () => null;
  if (!email || !password)
    throw new UsageError(`${email ? "INVOIFY_PASSWORD" : "INVOIFY_EMAIL"} is not set: a login needs both`);
  const { origin } = new URL(url);
  let login: Login | null = null;
  /** The login whose token the server refused, until the next login. */
  let refusedLogin: Login | null = null;
  let pending: Promise<string> | null = null;
  const renew = async () => {
    const beganAtMs = Date.now();
    const token = await logIn(origin, { email, password });
    const life = lifeOf(token);
    const renewAtMs = beganAtMs + Math.max(life - RENEW_MS, life / 2);
    const last = refusedLogin;
    refusedLogin = null;
    login = { token, beganAtMs, renewAtMs, replacesRefused: last !== null };
    // If the server refuses each token at once, one remark is enough.
    const isNews = last !== null && !(last.replacesRefused && beganAtMs - last.beganAtMs < NEWS_MS);
    if (isNews) note(`${origin}: the session had ended; logged in again`);
    return token;
  };
  return async (refused) => {
    if (login && login.token === refused) refusedLogin = login;
    if (login && (login === refusedLogin || isOver(login))) login = null;
    if (login) return login.token;
    pending ??= renew().finally(() => {
      pending = null;
    });
    return await pending;
  };
}

interface Login {
  token: string;
  /** By this machine's clock, which goes on while the machine sleeps, ms since 1970 UTC. */
  beganAtMs: number;
  renewAtMs: number;
  /** True if the server had refused the token before this one. */
  replacesRefused: boolean;
}

/** True if the token expires soon, or if the clock was set back, so that nobody knows. */
function isOver({ beganAtMs, renewAtMs }: Login): boolean {
  const nowMs = Date.now();
  return nowMs >= renewAtMs || nowMs < beganAtMs;
}

async function logIn(origin: string, account: { email: string; password: string }): Promise<string> {
  try {
    const url = new URL("/api/auth/login", origin);
    return (await sendJson(url, { method: "POST", body: account, reply: sessionReply, timeoutMs: TIMEOUT_MS })).token;
  } catch (error) {
    if (error instanceof ServerRefusal && error.code === "TOO_MANY_ATTEMPTS")
      throw new LogError("UNREACHABLE", `${origin}: cannot log in now as ${account.email}: ${error.message}`);
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
