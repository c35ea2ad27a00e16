/**
 * Proves the history while it is synced: the server's signed checkpoint is fetched first, and compared once the events
 * are there. Whatever contradicts it stops the sync, with words of its own; the copy stays readable.
 */
import { ConnectionError, LogError } from "../../events/errors.ts";
import type { Sequence } from "../../events/sequence.ts";
import { AlteredError } from "./alteration.ts";
import type { Claim } from "./claim.ts";
import type { HistoryVerifier, TreeServer } from "./history-verifier.ts";
import { KeyChangedError, type OfferedKey } from "./key-changed-error.ts";
import { type LostInRestore, RestoredError } from "./restored-error.ts";
import { type Trouble, troubleCode } from "./server-trouble.ts";
import type { ServerKey, TrustStore } from "./trust-store.ts";

/** Where signed checkpoints come from. */
export interface ClaimSource extends TreeServer {
  /** @returns null if the server signs nothing @throws KeyChangedError; LogError */
  fetch(signal: AbortSignal): Promise<Claim | null>;
  /** What the server says is wrong with its own history; null: nothing. @throws LogError */
  trouble(signal: AbortSignal): Promise<Trouble | null>;
}

/** What a fetch brought: a claim; `unsigned`, if the server signs nothing; `busy`, if it cannot answer now. */
type Fetched = Claim | "unsigned" | "busy";

/** What was learned from the server. */
export interface ServerFacts {
  /** `unknown`: nothing yet. `unsigned`: it signs nothing, so nothing can be verified. */
  state: "unknown" | "unsigned" | "signed";
  /** The key that is trusted; null: none. */
  key: (Pick<ServerKey, "since" | "how"> & { fingerprint: string }) | null;
  /** A key, or none (null), that a person would have to trust; null: there is no such question. */
  otherKey: { fingerprint: string | null } | null;
  restored: LostInRestore | null;
  /** The server's history ends before what it once signed; null: it does not. */
  behind: Behind | null;
}

export interface Behind {
  /** The last event that it once signed. */
  signed: Sequence;
  /** The first event that it no longer has; null: not known. */
  first: Sequence | null;
}

interface AroundOptions {
  signal: AbortSignal;
  /** A person has accepted the server's history as it is now. */
  isAccepted?: boolean;
}

export class HistoryProof {
  readonly #store: TrustStore;
  #state: ServerFacts["state"];
  #offered: OfferedKey | null = null;
  #restored: LostInRestore | null = null;
  #behind: ServerFacts["behind"] = null;

  constructor(store: TrustStore) {
    this.#store = store;
    this.#state = store.keys()[0]?.fingerprint ? "signed" : "unknown";
  }

  get facts(): ServerFacts {
    const [key] = this.#store.keys();
    const isSigned = key !== undefined && key.fingerprint !== null;
    return {
      state: this.#state,
      key: isSigned ? { fingerprint: key.fingerprint ?? "", since: key.since, how: key.how } : null,
      otherKey: this.#offered && { fingerprint: this.#offered.fingerprint },
      restored: this.#restored,
      behind: this.#behind,
    };
  }

  /**
   * Trusts the key that the server offers now.
   *
   * @param fingerprint the one that the user has compared
   * @returns false if the server offers another one by now
   */
  trustOffered(fingerprint: string | null): boolean {
    const offered = this.#offered;
    if (!offered || offered.fingerprint !== fingerprint) return false;
    this.#store.trust({ ...offered, since: Date.now(), how: "person" });
    this.#offered = null;
    return true;
  }

  /**
   * Does work that brings a mirror to the server's head, and proves what it brought.
   *
   * @param work does all of it; called a second time if the claim is newer than its result
   * @throws AlteredError, RestoredError, KeyChangedError; LogError BEHIND, UNPROVEN; what the work throws
   */
  async around<Result>(
    history: HistoryVerifier,
    source: ClaimSource,
    work: () => Promise<Result>,
    options: AroundOptions,
  ): Promise<Result> {
    try {
      return await this.#around(history, source, work, options);
    } catch (error) {
      throw await this.#located(error, history, source, options.signal);
    }
  }

  /** The same error, with the event that it is about, as far as this device or the server can tell. */
  async #located(error: unknown, history: HistoryVerifier, source: ClaimSource, signal: AbortSignal): Promise<unknown> {
    if (signal.aborted) return error;
    if (error instanceof AlteredError) return await history.named(error, source);
    const code = troubleCode(error);
    if (code === null) return error;
    const message = (error as LogError).message;
    const said = await source.trouble(signal).catch(() => null); // it may be able to say it, and need not
    const unlike = await history.locateTrouble(source, said, signal);
    if (code === "BEHIND" && (unlike === null || unlike.isMissing)) {
      const signed = Math.max(said?.signed ?? 0, history.latestSize);
      return this.#nowBehind({ signed, first: unlike?.seq ?? null }, message);
    }
    return unlike ? history.foundOnServer(unlike.seq, source) : new LogError(code, message, { cause: error });
  }

  async #around<Result>(
    history: HistoryVerifier,
    source: ClaimSource,
    work: () => Promise<Result>,
    { signal, isAccepted = false }: AroundOptions,
  ): Promise<Result> {
    if (history.facts.altered?.kind === "device") throw new AlteredError(history.mirrorName, history.facts.altered);
    await history.catchUp(signal);
    const before = history.tree.size;
    const fetching = this.#fetch(source, signal);
    fetching.catch(() => {}); // it is awaited below
    // While nothing is in doubt, the claim and the first events are requested at once: a write is on the screen sooner.
    const inDoubt = history.facts.verified === null || history.facts.altered !== null || this.#isInDoubt;
    if (inDoubt) await this.#prepare(history, source, await fetching, { before, isAccepted });
    const result = await work().catch(async (error: unknown) => {
      throw await this.#reasonOf(error, history, source, fetching, before);
    });
    return await this.#finish(history, source, await fetching, { work, result, before, isAccepted });
  }

  get #isInDoubt(): boolean {
    return this.#offered !== null || this.#restored !== null || this.#behind !== null;
  }

  async #fetch(source: ClaimSource, signal: AbortSignal): Promise<Fetched> {
    try {
      const claim = await source.fetch(signal);
      this.#state = claim ? "signed" : "unsigned";
      this.#offered = null;
      return claim ?? "unsigned";
    } catch (error) {
      if (error instanceof KeyChangedError) this.#offered = error.offered;
      // The API answered that it cannot sign now. The events need not wait for it; what is not verified yet is said.
      if (error instanceof ConnectionError && error.isFromApi) return "busy";
      throw error;
    }
  }

  async #prepare(
    history: HistoryVerifier,
    source: ClaimSource,
    fetched: Fetched,
    { before, isAccepted }: { before: Sequence; isAccepted: boolean },
  ): Promise<void> {
    if (typeof fetched === "string" || isAccepted) return;
    try {
      await history.prepare(fetched, source, before);
    } catch (error) {
      if (error instanceof RestoredError) this.#restored = error.restored;
      throw error;
    }
  }

  /** Why the server's history does not match the mirror: its signed claim may say more than the failed read. */
  async #reasonOf(
    error: unknown,
    history: HistoryVerifier,
    source: ClaimSource,
    fetching: Promise<Fetched>,
    before: Sequence,
  ): Promise<unknown> {
    if (!(error instanceof LogError) || error.code !== "FORKED") return error;
    try {
      const fetched = await fetching;
      await this.#prepare(history, source, fetched, { before, isAccepted: false });
      if (typeof fetched === "string" || !history.isSmaller(fetched)) return error;
      const signed = history.latestSize;
      return this.#nowBehind({ signed, first: await firstMissing(history, source) }, error.message);
    } catch (reason) {
      return reason instanceof LogError ? reason : error;
    }
  }

  async #finish<Result>(
    history: HistoryVerifier,
    source: ClaimSource,
    fetched: Fetched,
    options: { work: () => Promise<Result>; result: Result; before: Sequence; isAccepted: boolean },
  ): Promise<Result> {
    let { result } = options;
    history.saveTree();
    if (fetched === "unsigned") this.#behind = null;
    if (typeof fetched === "string") return result;
    // Events and claim were requested at once, and the claim was the newer one.
    if (fetched.size > history.tree.size) result = await options.work();
    if (fetched.size > history.tree.size)
      throw this.#nowBehind(
        { signed: history.latestSize, first: history.tree.size + 1 },
        `${source.name}: signed ${fetched.size} events, but sends only ${history.tree.size}`,
      );
    if (options.isAccepted) await history.acceptHistory();
    else await this.#prepare(history, source, fetched, options);
    const { isBehind } = await history.verify(fetched, source);
    this.#restored = null;
    this.#behind = isBehind ? { signed: history.latestSize, first: null } : null;
    return result;
  }

  #nowBehind(behind: Behind, message: string): LogError {
    this.#behind = behind;
    return new LogError("BEHIND", message);
  }
}

/** The first event that the mirror has, and the server no longer; null if it does not say. */
async function firstMissing({ tree }: HistoryVerifier, { events }: ClaimSource): Promise<Sequence | null> {
  const head = await events.head().catch(() => null);
  return head !== null && head < tree.size ? head + 1 : null;
}
