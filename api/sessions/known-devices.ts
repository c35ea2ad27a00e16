/**
 * Devices that have logged in to an account before. Wrong passwords from elsewhere do not lock them: each has its own
 * limit, and all unknown devices of an account share one (OWASP's "device cookies").
 *
 * A device is known by the token that its last login returned, or by its network: an IPv4 address, or the /64 of an IPv6
 * address. The token is signed, so nothing is stored for it. Of networks the store has a keyed hash, never the address.
 * Neither one is a login. A copied token allows the attempts of one more device, and no more.
 */
import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { DEVICE_HEADER } from "../../events/sources/http/replies.ts";
import { addressOf, networkOf } from "../http/senders.ts";
import type { Accounts, UserKey } from "../storage/accounts.ts";

const NONCE_BYTES = 16;
const SIGNATURE_BYTES = 32;
/** Length of a token's text, characters. */
const LENGTH = Math.ceil(((NONCE_BYTES + SIGNATURE_BYTES) * 4) / 3);

export class KnownDevices {
  readonly #accounts: Accounts;
  readonly #key: Buffer;
  readonly #clock: () => number;

  /** @param secret the server's secret, from which the key is derived @param clock ms since 1970 UTC */
  constructor(accounts: Accounts, secret: string, clock: () => number = Date.now) {
    this.#accounts = accounts;
    this.#key = Buffer.from(hkdfSync("sha256", secret, "", "invoify known device", SIGNATURE_BYTES));
    this.#clock = clock;
  }

  /** The device that sends a request, by its token: a name for its limit. Null if the account does not know the token. */
  ofToken(user: UserKey, request: FastifyRequest): string | null {
    const token = request.headers[DEVICE_HEADER];
    if (typeof token !== "string" || token.length !== LENGTH) return null;
    const bytes = Buffer.from(token, "base64url");
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const signature = bytes.subarray(NONCE_BYTES);
    if (signature.length !== SIGNATURE_BYTES || !timingSafeEqual(signature, this.#signatureOf(user, nonce)))
      return null;
    return nonce.toString("base64url");
  }

  /** As `ofToken`, by its network. */
  async ofNetwork(user: UserKey, request: FastifyRequest): Promise<string | null> {
    const network = this.#networkOf(user, request);
    return (await this.#accounts.hasNetwork(user, network)) ? network : null;
  }

  /** Makes the device known to the account. @returns its token */
  async remember(user: UserKey, request: FastifyRequest): Promise<string> {
    await this.#accounts.addNetwork(user, { network: this.#networkOf(user, request), seenAtMs: this.#clock() });
    const known = this.ofToken(user, request);
    const nonce = known === null ? randomBytes(NONCE_BYTES) : Buffer.from(known, "base64url");
    return Buffer.concat([nonce, this.#signatureOf(user, nonce)]).toString("base64url");
  }

  #signatureOf(user: UserKey, nonce: Uint8Array): Buffer {
    return this.#hmac(user).update("device").update(nonce).digest();
  }

  #networkOf(user: UserKey, request: FastifyRequest): string {
    const network = networkOf(addressOf(request), 64);
    return this.#hmac(user).update("network").update(network).digest("base64url");
  }

  #hmac({ logId, userEventId }: UserKey) {
    return createHmac("sha256", this.#key).update(`${logId}/${userEventId}/`);
  }
}
