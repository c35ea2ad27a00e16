/** Who this desktop is to its server: the tokens, renewed in time, and what the server says of their user. */
import { z } from "zod";
import { ROLES } from "../../../events/business/roles.ts";
import { LogError } from "../../../events/errors.ts";
import type { LogId } from "../../../events/log/log.ts";
import { sendJson } from "../../../events/sources/http/http-commands.ts";
import type { StoredTokens } from "../../contract/channel.ts";

const TIMEOUT_MS = 30_000;
/** A token that ends within this time is renewed before it is used, ms. */
const RENEW_MS = 60_000;

const tokens = z.object({ token: z.string(), refreshToken: z.string() });
/** A user, as the server says. */
export const user = z.object({ id: z.int(), email: z.string(), name: z.string(), role: z.enum(ROLES) });
const me = z.object({ log: z.string(), user });
const claims = z.object({ iat: z.number(), exp: z.number() });

export type User = z.infer<typeof user>;

export interface SessionOptions {
  /** The API's address, such as `https://invoices.example`. */
  server: string;
  /** Keeps the refresh token for the next start; null forgets it. Resolves when it is kept. */
  keep: (tokens: StoredTokens | null) => Promise<void>;
  fetch?: typeof fetch;
}

interface Sent {
  method: string;
  body?: unknown;
  token?: string;
  headers?: Record<string, string>;
}

export class ServerSession {
  readonly server: string;
  readonly #keep: SessionOptions["keep"];
  readonly #fetch: typeof fetch | undefined;
  #token: string | null = null;
  #renewAtMs = 0;
  #refreshToken: string | null = null;
  #renewing: Promise<string> | null = null;

  constructor({ server, keep, fetch }: SessionOptions) {
    this.server = new URL(server).origin;
    this.#keep = keep;
    this.#fetch = fetch;
  }

  /** False: there is nothing to ask the server with, somebody must log in. */
  get isOpen(): boolean {
    return this.#token !== null || this.#refreshToken !== null;
  }

  /** Takes a token up from an earlier start, or from outside. */
  resume(held: { token?: string; refreshToken?: string }): void {
    if (held.token !== undefined) this.#take(held.token);
    if (held.refreshToken !== undefined) this.#refreshToken = held.refreshToken;
  }

  /** @throws LogError UNAUTHORIZED if it is the wrong password, UNREACHABLE, NOT_A_LOG; ServerRefusal TOO_MANY_ATTEMPTS */
  async login(email: string, password: string): Promise<{ log: LogId; user: User }> {
    return await this.#begin(await this.ask("/api/auth/login", { email, password }));
  }

  /** Takes a one-time link up, with the password that its holder chose. @throws as `login`; ServerRefusal INVITATION_NOT_VALID */
  async accept(invitation: string, password: string): Promise<{ log: LogId; user: User }> {
    return await this.#begin(await this.ask("/api/auth/accept", { invitation, password }));
  }

  async #begin(given: unknown): Promise<{ log: LogId; user: User }> {
    const answer = tokens.safeParse(given);
    if (!answer.success) throw new LogError("NOT_A_LOG", `${this.server}: answers, but not as an API of Invoify`);
    await this.#keep({ server: this.server, refreshToken: answer.data.refreshToken });
    this.#refreshToken = answer.data.refreshToken;
    this.#take(answer.data.token);
    return await this.whoAmI();
  }

  /** The log and the user that the token is for. @throws LogError */
  async whoAmI(): Promise<{ log: LogId; user: User }> {
    const answer = me.safeParse(await this.#send("/api/auth/me", { method: "GET", token: await this.token() }));
    if (!answer.success) throw new LogError("NOT_A_LOG", `${this.server}: answers, but not as an API of Invoify`);
    return answer.data;
  }

  /** Ends the session here, and on the server if it can be reached. */
  async logout(): Promise<void> {
    const refreshToken = this.#refreshToken;
    this.#token = null;
    this.#refreshToken = null;
    await this.#keep(null);
    if (refreshToken !== null) await this.ask("/api/auth/logout", { refreshToken }).catch(() => {});
  }

  /** The access token for a request, renewed if it ends soon. @throws LogError UNAUTHORIZED, UNREACHABLE */
  async token(): Promise<string> {
    if (this.#token !== null && Date.now() < this.#renewAtMs) return this.#token;
    if (this.#refreshToken === null && this.#token !== null) return this.#token; // as long as the server takes it
    return await this.renew();
  }

  /**
   * A new access token. After this, the one before is not used.
   *
   * @throws LogError UNAUTHORIZED if the session is over: then it is closed; UNREACHABLE
   */
  async renew(): Promise<string> {
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = null;
    });
    return await this.#renewing;
  }

  async #renew(): Promise<string> {
    const refreshToken = this.#refreshToken;
    if (refreshToken === null) {
      this.#token = null;
      throw new LogError("UNAUTHORIZED", `${this.server}: log in again`);
    }
    try {
      const answer = tokens.parse(await this.ask("/api/auth/refresh", { refreshToken }));
      // Kept before it is used: the one before works until then, so a crash in between costs nothing.
      await this.#keep({ server: this.server, refreshToken: answer.refreshToken });
      this.#refreshToken = answer.refreshToken;
      this.#take(answer.token);
      return answer.token;
    } catch (error) {
      if (error instanceof LogError && error.code === "UNAUTHORIZED" && this.#refreshToken === refreshToken) {
        this.#token = null;
        this.#refreshToken = null;
        await this.#keep(null);
      }
      throw error;
    }
  }

  #take(token: string): void {
    this.#token = token;
    const life = lifeOf(token);
    // By the server's clock alone how long it lives, by this one when that is over.
    this.#renewAtMs = Date.now() + Math.max(life - RENEW_MS, life / 2);
  }

  /** Asks as nobody. @param headers beside those that every request has @throws LogError, ServerRefusal */
  async ask(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<unknown> {
    return await this.#send(path, body === undefined ? { method: "GET", headers } : { method: "POST", body, headers });
  }

  /** Asks as the user, again with another token where the server wants one. @throws LogError, ServerRefusal */
  async askAsUser(path: string, body: unknown): Promise<unknown> {
    const send = async (token: string) => await this.#send(path, { method: "POST", body, token });
    try {
      return await send(await this.token());
    } catch (error) {
      if (!(error instanceof LogError) || error.code !== "UNAUTHORIZED" || !this.isOpen) throw error;
      return await send(await this.renew());
    }
  }

  async #send(path: string, { token, headers, ...request }: Sent): Promise<unknown> {
    return await sendJson(new URL(path, this.server), {
      ...request,
      headers: { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      ...(this.#fetch && { fetch: this.#fetch }),
      timeoutMs: TIMEOUT_MS,
    });
  }
}

/** How long a JSON web token lives, ms; Infinity if it does not say. */
function lifeOf(token: string): number {
  try {
    const { iat, exp } = claims.parse(JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()));
    return (exp - iat) * 1000;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
