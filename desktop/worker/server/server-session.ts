/** The session with the server: its tokens, renewed in time, and the user that they belong to. */
import { z } from "zod";
import { ROLES } from "../../../events/business/roles.ts";
import { LogError } from "../../../events/errors.ts";
import type { LogId } from "../../../events/log/log.ts";
import { apiUrl } from "../../../events/sources/http/api-url.ts";
import { sendJson } from "../../../events/sources/http/http-commands.ts";
import { DEVICE_HEADER, doneReply, sessionReply } from "../../../events/sources/http/replies.ts";
import type { StoredTokens } from "../../contract/channel.ts";

const TIMEOUT_MS = 30_000;
/** A token that expires within this time is renewed before it is used, ms. */
const RENEW_MS = 60_000;

/** A user, as the server describes them. */
export const user = z.object({ id: z.int(), email: z.string(), name: z.string(), role: z.enum(ROLES) });
const me = z.object({ log: z.string(), user });
const claims = z.object({ iat: z.number(), exp: z.number() });

export type User = z.infer<typeof user>;

/** A user, and the log that they may read. */
export interface Login {
  log: LogId;
  user: User;
}

interface SessionOptions {
  /** The API's address, such as `https://invoices.example`, or `https://example.com/invoify` behind a proxy. */
  server: string;
  /** Stores the refresh token for the next start; null deletes it. Resolves once that is done. */
  storeTokens: (tokens: StoredTokens | null) => Promise<void>;
  /** What makes this device known to the server at the next login. It outlives the session. */
  device?: DeviceToken;
  fetch?: typeof fetch;
}

/** A token of the last login on this device. It is no login, only a limit of its own for wrong passwords. */
export interface DeviceToken {
  /** Null: none of this server. */
  read(server: string): string | null;
  store(server: string, token: string): void;
}

interface Request<Reply> {
  method: string;
  body?: unknown;
  token?: string;
  headers?: Record<string, string>;
  /** The schema of the response. */
  reply: z.ZodType<Reply>;
}

export class ServerSession {
  readonly server: string;
  readonly #storeTokens: SessionOptions["storeTokens"];
  readonly #device: DeviceToken | undefined;
  readonly #fetch: typeof fetch | undefined;
  #token: string | null = null;
  #renewAtMs = 0;
  #refreshToken: string | null = null;
  #renewing: Promise<string> | null = null;

  constructor({ server, storeTokens, device, fetch }: SessionOptions) {
    this.server = server.replace(/\/+$/, "");
    this.#storeTokens = storeTokens;
    this.#device = device;
    this.#fetch = fetch;
  }

  /** False: there is no token, so the user must log in. */
  get isOpen(): boolean {
    return this.#token !== null || this.#refreshToken !== null;
  }

  /** Continues with a token from an earlier start, or from another program. */
  resume({ token, refreshToken }: { token?: string; refreshToken?: string }): void {
    if (token !== undefined) this.#use(token);
    if (refreshToken !== undefined) this.#refreshToken = refreshToken;
  }

  /** @throws LogError UNAUTHORIZED if the password is wrong, UNREACHABLE, NOT_A_LOG; ServerRefusal TOO_MANY_ATTEMPTS */
  async login(email: string, password: string): Promise<Login> {
    const device = this.#device?.read(this.server) ?? null;
    const headers = { ...(device !== null && { [DEVICE_HEADER]: device }) };
    return await this.#begin(
      await this.ask("/api/auth/login", { body: { email, password }, headers, reply: sessionReply }),
    );
  }

  /** Uses a one-time link to set the password, and logs in. @throws as `login`; ServerRefusal INVITATION_NOT_VALID */
  async accept(invitation: string, password: string): Promise<Login> {
    return await this.#begin(
      await this.ask("/api/auth/accept", { body: { invitation, password }, reply: sessionReply }),
    );
  }

  async #begin({ token, refreshToken, device }: z.infer<typeof sessionReply>): Promise<Login> {
    if (device !== undefined) this.#device?.store(this.server, device);
    await this.#storeTokens({ server: this.server, refreshToken });
    this.#refreshToken = refreshToken;
    this.#use(token);
    return await this.whoAmI();
  }

  /** The log and the user that the token belongs to. @throws LogError */
  async whoAmI(): Promise<Login> {
    return await this.#send("/api/auth/me", { method: "GET", token: await this.token(), reply: me });
  }

  /** Ends the session on this device, and on the server if it can be reached. */
  async logout(): Promise<void> {
    const refreshToken = this.#refreshToken;
    this.#token = null;
    this.#refreshToken = null;
    await this.#storeTokens(null);
    if (refreshToken !== null)
      await this.ask("/api/auth/logout", { body: { refreshToken }, reply: doneReply }).catch(() => {});
  }

  /** The access token for a request, renewed if it expires soon. @throws LogError UNAUTHORIZED, UNREACHABLE */
  async token(): Promise<string> {
    if (this.#token !== null && Date.now() < this.#renewAtMs) return this.#token;
    if (this.#refreshToken === null && this.#token !== null) return this.#token; // it cannot be renewed: used until the server refuses it
    return await this.renew();
  }

  /**
   * Gets a new access token. Calls at the same time share one request.
   *
   * @throws LogError UNAUTHORIZED if the session is over: it is closed then; UNREACHABLE
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
      const renewed = await this.ask("/api/auth/refresh", { body: { refreshToken }, reply: sessionReply });
      // Stored before it is used: the previous token is valid until then, so a crash in between does no harm.
      await this.#storeTokens({ server: this.server, refreshToken: renewed.refreshToken });
      this.#refreshToken = renewed.refreshToken;
      this.#use(renewed.token);
      return renewed.token;
    } catch (error) {
      if (error instanceof LogError && error.code === "UNAUTHORIZED" && this.#refreshToken === refreshToken) {
        this.#token = null;
        this.#refreshToken = null;
        await this.#storeTokens(null);
      }
      throw error;
    }
  }

  #use(token: string): void {
    this.#token = token;
    const life = lifeOf(token);
    // The lifetime is a difference of two times of the server's clock, so a wrong clock on this device does not matter.
    this.#renewAtMs = Date.now() + Math.max(life - RENEW_MS, life / 2);
  }

  /**
   * Sends a request without a login: a GET if it has no body, otherwise a POST.
   *
   * @param headers in addition to those of every request
   * @throws LogError, ServerRefusal
   */
  async ask<Reply>(path: string, request: Omit<Request<Reply>, "method" | "token">): Promise<Reply> {
    return await this.#send(path, { method: request.body === undefined ? "GET" : "POST", ...request });
  }

  /** Sends a request as the user. Renews the token once if the server refuses it. @throws LogError, ServerRefusal */
  async askAsUser<Reply>(path: string, request: Pick<Request<Reply>, "body" | "reply">): Promise<Reply> {
    const send = async (token: string) => await this.#send(path, { method: "POST", ...request, token });
    try {
      return await send(await this.token());
    } catch (error) {
      if (!(error instanceof LogError) || error.code !== "UNAUTHORIZED" || !this.isOpen) throw error;
      return await send(await this.renew());
    }
  }

  async #send<Reply>(path: string, { token, headers, ...request }: Request<Reply>): Promise<Reply> {
    return await sendJson(apiUrl(this.server, path), {
      ...request,
      headers: { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      ...(this.#fetch && { fetch: this.#fetch }),
      timeoutMs: TIMEOUT_MS,
    });
  }
}

/** The lifetime of a JSON web token, ms; Infinity if the token does not state it. */
function lifeOf(token: string): number {
  try {
    const { iat, exp } = claims.parse(JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()));
    return (exp - iat) * 1000;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
