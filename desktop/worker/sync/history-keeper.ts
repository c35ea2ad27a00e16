/** Proves the history of the copy: while it syncs, a moment later, and in the background. */
import type { LogId } from "../../../events/log/log.ts";
import { HttpLog } from "../../../events/sources/http/http-log.ts";
import { ProofRequests } from "../../../events/sources/http/proof-requests.ts";
import { type ClaimSource, HistoryProof } from "../../../projector/trust/history-proof.ts";
import { ServerClaims } from "../../../projector/trust/server-claims.ts";
import { TrustStore } from "../../../projector/trust/trust-store.ts";
import { CallError } from "../../contract/call-error.ts";
import type { Proof } from "../../contract/proof.ts";
import type { LocalStore } from "../files/local-store.ts";
import type { ServerSession } from "../server/server-session.ts";
import { BackgroundCheck, type CheckPauses } from "./background-check.ts";
import type { LocalCopy } from "./local-copy.ts";
import { ProofFollowUp } from "./proof-follow-up.ts";
import { proofOf } from "./proof-status.ts";

interface HistoryKeeperOptions {
  log: LogId;
  store: LocalStore;
  fetch?: typeof fetch | undefined;
  pauses?: CheckPauses | undefined;
  /** Verifies the last events, when no other work is in progress. @returns false if there is something left to verify */
  verifyLast: () => Promise<boolean>;
  /** The check in the background has found that the mirror is not what it was, or cannot be read. */
  onCheckFailed: (error: unknown) => void;
  /** A person trusts another key: what needed that can go on. */
  onTrusted: () => void;
  /** The last events could not be verified: a sync says why. */
  wake: () => void;
}

export class HistoryKeeper {
  readonly trust: TrustStore;
  readonly #options: HistoryKeeperOptions;
  readonly #proof: HistoryProof;
  readonly #check: BackgroundCheck;
  readonly #followUp: ProofFollowUp;
  #claims: ClaimSource | null = null;

  constructor(options: HistoryKeeperOptions) {
    const { log, store, pauses = {}, verifyLast, onCheckFailed, wake } = options;
    this.#options = options;
    this.trust = new TrustStore(store.db, log);
    this.#proof = new HistoryProof(this.trust);
    this.#check = new BackgroundCheck({ ...pauses, onFailure: onCheckFailed });
    this.#followUp = new ProofFollowUp({ ...pauses, verify: verifyLast, onFailure: wake });
  }

  /** Proves with this server from now on. */
  useSession(session: ServerSession): void {
    const { log, fetch } = this.#options;
    const options = { token: () => session.token(), log, ...(fetch && { fetch }) };
    const events = new HttpLog(session.server, options);
    this.#claims = new ServerClaims(new ProofRequests(session.server, options), { trust: this.trust, events });
  }

  proofOf(copy: LocalCopy): Proof {
    return proofOf(this.#proof.facts, copy);
  }

  /**
   * Trusts the key that the server uses now.
   *
   * @param fingerprint the one that the user has compared; null: the server signs nothing any more
   * @throws CallError KEY_CHANGED if the server uses another one by now
   */
  trustKey(fingerprint: string | null): void {
    if (!this.#proof.trustOffered(fingerprint))
      throw new CallError("KEY_CHANGED", "the server’s key has changed again: compare the one that is shown now");
    this.#options.onTrusted();
    this.#options.wake();
  }

  /**
   * Does work that brings the copy to the server's head, and proves what it brought.
   *
   * @throws as `HistoryProof.around`
   */
  async around<Result>(
    { history }: LocalCopy,
    options: { signal: AbortSignal; isAccepted?: boolean },
    work: () => Promise<Result>,
  ): Promise<Result> {
    return this.#claims ? await this.#proof.around(history, this.#claims, work, options) : await work();
  }

  /** Call after a sync: what is left to prove is proven later. */
  synced(copy: LocalCopy): void {
    this.#check.begin(copy.history);
    if (!this.isVerified(copy)) this.#followUp.begin();
  }

  /** True if nothing is left to verify. */
  isVerified({ history, head }: LocalCopy): boolean {
    return this.#proof.facts.state !== "signed" || history.facts.verified?.seq === head;
  }

  /** Stops reading the copy, which is to be closed. */
  async release(): Promise<void> {
    await this.#check.stop();
  }

  async close(): Promise<void> {
    this.#followUp.close();
    await this.#check.close();
  }
}
