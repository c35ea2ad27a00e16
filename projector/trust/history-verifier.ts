/**
 * Compares a mirror with what the server has signed, and with what it was when it was hashed before. Every
 * contradiction has its own error, and nothing is overwritten.
 */
import { setImmediate } from "node:timers/promises";
import { LogError } from "../../events/errors.ts";
import { sameBytes } from "../../events/hash.ts";
import type { EventLog } from "../../events/log/log.ts";
import { hashAt, TILE_WIDTH } from "../../events/proofs/tree.ts";
import type { Sequence } from "../../events/sequence.ts";
import type { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { type Alteration, type AlterationKind, AlteredError } from "./alteration.ts";
import type { Claim, Restore } from "./claim.ts";
import { changedEvent, type Differing, firstDiffering } from "./first-differing.ts";
import { type MirrorComparison, MirrorTree, type TreeRoot } from "./mirror-tree.ts";
import { RestoredError } from "./restored-error.ts";
import { locateTrouble, type Trouble, type Unlike } from "./server-trouble.ts";
import { type MirrorFacts, type SeenCheckpoint, type TrustStore, tileCount } from "./trust-store.ts";

/** A server that signs its tree. */
export interface TreeServer {
  /** For messages. */
  readonly name: string;
  /** Reads a tile. Called only to find the first event that differs. @param path such as `tile/0/x001/234` */
  readTile(path: string): Promise<Uint8Array>;
  /** Its events, whether they are what it signed or not. Read only to find the first event that differs. */
  readonly events: Pick<EventLog, "read" | "head">;
}

interface HistoryVerifierOptions {
  mirror: SqliteLog;
  /** Of the mirror. */
  generation: number;
  store: TrustStore;
  now?: () => number;
}

/** A smaller checkpoint than one seen this long ago is no delay between two processes of the server, ms. */
const LATE_MS = 60_000;

export class HistoryVerifier {
  readonly tree: MirrorTree;
  readonly #options: HistoryVerifierOptions;
  #facts: MirrorFacts;
  #savedTiles: number;

  constructor(options: HistoryVerifierOptions) {
    const { mirror, generation, store } = options;
    this.#options = options;
    this.#facts = store.facts(generation);
    const stored = store.tileRoots(generation);
    this.tree = new MirrorTree(mirror, stored);
    this.#savedTiles = tileCount(this.tree.tileRoots);
    if (tileCount(stored) > this.#savedTiles) this.#dropSavedTiles();
  }

  get facts(): MirrorFacts {
    return this.#facts;
  }

  /** For messages. */
  get mirrorName(): string {
    return this.#options.mirror.name;
  }

  /** The size of the largest checkpoint that the server signed; 0: it has signed none. */
  get latestSize(): Sequence {
    return this.#options.store.latest()?.size ?? 0;
  }

  /** The events that the mirror has and the tree lacks, from an earlier release or a process that was killed. */
  async catchUp(signal?: AbortSignal): Promise<void> {
    await this.tree.catchUp(signal);
    this.saveTree();
  }

  /** Stores what the tree has become. */
  saveTree(): void {
    const { store, generation } = this.#options;
    const tiles = tileCount(this.tree.tileRoots);
    if (tiles > this.#savedTiles) store.saveTileRoots(generation, this.tree.tileRoots, this.#savedTiles);
    this.#savedTiles = tiles;
  }

  /**
   * Begins to hash the mirror again: pass what is read of it to the comparison, and then the comparison to `compared`.
   */
  compare(): MirrorComparison {
    return this.tree.compare(this.#verifiedRoot());
  }

  /**
   * Call when a comparison has read the whole mirror.
   *
   * @throws AlteredError if the mirror is not what it was
   */
  compared(comparison: MirrorComparison): void {
    const { mirror } = this.#options;
    if (comparison.changed) throw this.#altered("device", { seq: null, ...comparison.changed }, mirror.name);
    const { verified } = this.#facts;
    if (comparison.size < (verified?.seq ?? 0)) return; // it did not read that far
    this.#save({ rehashed: { seq: comparison.size, at: this.#now() } });
  }

  /**
   * Hashes the whole mirror again.
   *
   * @param pause called after each batch, at most a segment, so that other work is not delayed
   * @throws AlteredError if it is not what it was; the signal's reason
   */
  async rehash(signal: AbortSignal, pause: () => Promise<unknown> = () => setImmediate()): Promise<void> {
    const { mirror } = this.#options;
    const comparison = this.compare();
    for await (const { after, bodies } of mirror.read({ after: 0, upTo: this.tree.size }, { signal })) {
      comparison.add(after, bodies);
      if (comparison.changed) break;
      await pause();
      signal.throwIfAborted();
    }
    this.compared(comparison);
  }

  /**
   * What the claim says about the events that the mirror has, or had before the fetch.
   *
   * @param sizeBefore of the mirror, before events of this claim were fetched
   * @throws AlteredError; RestoredError if events of the mirror were lost in a restore; LogError BEHIND if the claim is
   *   of an earlier generation; UNPROVEN
   */
  async prepare(claim: Claim, server: TreeServer, sizeBefore: Sequence): Promise<void> {
    const known = this.#options.store.latest()?.generation ?? claim.generation;
    if (claim.generation < known)
      throw new LogError(
        "BEHIND",
        `${server.name}: signs generation ${claim.generation} of the log, not ${known} as before`,
      );
    if (claim.generation > known) await this.#verifyRestores(claim.restores, { server, sizeBefore });
    if (claim.size <= this.tree.size) await this.#compareRoots(claim, server);
    else this.tree.mark(claim.size);
  }

  /**
   * Call when the mirror has all events of a prepared claim: compares the roots, and then trusts the claim.
   *
   * @returns whether the server is behind what it signed a while ago
   * @throws AlteredError; LogError GAP if the mirror does not reach to the claim
   */
  async verify(claim: Claim, server: TreeServer): Promise<{ isBehind: boolean }> {
    const { store } = this.#options;
    await this.#compareRoots(claim, server);
    const latest = store.latest();
    const isSame = latest?.generation === claim.generation;
    if (isSame) await this.#compareEvidence(latest, claim, server);
    const now = this.#now();
    store.addCheckpoint({ ...claim, seenAt: now, verdict: "verified" });
    const isNewer = !isSame || claim.size >= (this.#facts.verified?.seq ?? 0);
    const verified = { seq: claim.size, at: now, signedAt: claim.signedAt };
    this.#save({ altered: null, ...(isNewer && { verified }) });
    this.saveTree();
    return { isBehind: isSame && claim.size < latest.size && now - latest.seenAt > LATE_MS };
  }

  /** True if the server signed more of this generation before. */
  isSmaller(claim: Claim): boolean {
    const latest = this.#options.store.latest();
    return latest?.generation === claim.generation && claim.size < latest.size;
  }

  /** A person accepts this mirror's history: evidence that it contradicts does not count from now on, but stays. */
  async acceptHistory(): Promise<void> {
    const { store } = this.#options;
    for (const seen of store.checkpoints()) {
      if (seen.verdict !== "verified" || seen.setAside !== null) continue;
      const agrees = seen.size <= this.tree.size && sameBytes(await this.tree.rootAt(seen.size), seen.root);
      if (!agrees) store.setAside(seen, this.#now());
    }
  }

  async #verifyRestores(
    restores: readonly Restore[],
    { server, sizeBefore }: { server: TreeServer; sizeBefore: Sequence },
  ): Promise<void> {
    const [first] = restores.toSorted((a, b) => a.size - b.size);
    if (!first)
      throw new LogError("UNPROVEN", `${server.name}: begins another generation of the log without a fork note`);
    if (this.tree.size < first.size) return; // nothing is lost, and the claim covers the rest
    if (!sameBytes(await this.tree.rootAt(first.size), first.root))
      throw this.#altered("rewritten", await this.#locate(first, server), server.name);
    // A mirror that was fetched after the restore has nothing that was lost.
    if (sizeBefore > first.size && this.#facts.verified !== null)
      throw new RestoredError(server.name, { upTo: first.size, at: first.at, lost: sizeBefore - first.size });
  }

  /** @throws AlteredError if the mirror has another root than the claim */
  async #compareRoots(claim: Claim, server: TreeServer): Promise<void> {
    if (sameBytes(await this.tree.rootAt(claim.size), claim.root)) return;
    const found = await this.#locate(claim, server);
    this.#keepAsEvidence(claim);
    const latest = this.#options.store.latest();
    const last = found.seq ?? found.to ?? claim.size;
    const wasSigned = latest?.generation === claim.generation && last <= latest.size && (await this.#has(latest));
    throw this.#altered(wasSigned ? "rewritten" : "received", found, server.name);
  }

  /** The mirror may be a new one: what an earlier one agreed with, this one has to agree with too. */
  async #compareEvidence(latest: SeenCheckpoint, claim: Claim, server: TreeServer): Promise<void> {
    if (latest.size > this.tree.size || (await this.#has(latest))) return;
    this.#keepAsEvidence(claim);
    const kind = latest.size <= claim.size ? "rewritten" : "received";
    throw this.#altered(kind, this.#differenceFromEarlier(), server.name);
  }

  /** True if the mirror begins with this tree. */
  async #has({ size, root }: TreeRoot): Promise<boolean> {
    return size <= this.tree.size && sameBytes(await this.tree.rootAt(size), root);
  }

  /** The first events that differ from an earlier mirror's. */
  #differenceFromEarlier(): Differing {
    const { store, generation } = this.#options;
    const [ours, earlier] = [this.tree.tileRoots, store.tileRoots(generation - 1)];
    for (let n = 0; n < Math.min(tileCount(ours), tileCount(earlier)); n++)
      if (!sameBytes(hashAt(ours, n), hashAt(earlier, n)))
        return { seq: null, from: n * TILE_WIDTH + 1, to: (n + 1) * TILE_WIDTH };
    return { seq: null, from: null, to: null };
  }

  /**
   * Where the mirror and the server's tree differ first.
   *
   * @throws AlteredError if the mirror itself is not what it was: then it says nothing about the server
   */
  async #locate(theirs: TreeRoot, server: TreeServer): Promise<Differing> {
    const { mirror } = this.#options;
    const comparison = this.compare();
    for await (const { after, bodies } of mirror.read({ after: 0, upTo: this.tree.size })) {
      comparison.add(after, bodies);
      await setImmediate();
    }
    const { changed } = comparison;
    if (changed) throw await this.named(this.#altered("device", { seq: null, ...changed }, mirror.name), server);
    return await firstDiffering({ mirror, tree: this.tree, theirs, server });
  }

  /** The same error, with the event of the mirror that was changed, as soon as the server can name it. */
  async named(error: AlteredError, server: TreeServer): Promise<AlteredError> {
    const { kind, seq, from, to } = error.alteration;
    if (kind !== "device" || seq !== null || from === null || to === null) return error;
    const { mirror } = this.#options;
    const options = { mirror, tree: this.tree, server, verified: this.#verifiedRoot() };
    const changed = await changedEvent({ from, to }, options);
    return changed === null ? error : this.#altered("device", { seq: changed, from, to }, mirror.name);
  }

  /** As `locateTrouble`: the first event that a server in trouble has otherwise than this mirror. */
  async locateTrouble(server: TreeServer, said: Trouble | null, signal: AbortSignal): Promise<Unlike | null> {
    const copy = { mirror: this.#options.mirror, size: this.tree.size, altered: this.#facts.altered };
    return await locateTrouble(copy, server.events, said, signal);
  }

  /** The server's own history has another event than it signed. */
  foundOnServer(seq: Sequence, server: TreeServer): AlteredError {
    return this.#altered("server", { seq, from: seq, to: seq }, server.name);
  }

  #keepAsEvidence(claim: Claim): void {
    this.#options.store.addCheckpoint({ ...claim, seenAt: this.#now(), verdict: "altered" });
  }

  /** @param name of the server or the file, for the message */
  #altered(kind: AlterationKind, { seq, from, to }: Differing, name: string): AlteredError {
    const before = this.#facts.altered;
    const isSame = before?.kind === kind && before.from === from && (before.seq === seq || before.seq === null);
    const alteration: Alteration = { kind, seq, from, to, foundAt: isSame ? before.foundAt : this.#now() };
    this.#save({ altered: alteration });
    return new AlteredError(name, alteration);
  }

  /** The last signed checkpoint that this mirror agreed with. */
  #verifiedRoot(): TreeRoot | null {
    const { seq } = this.#facts.verified ?? {};
    return seq === undefined ? null : this.#options.store.verifiedAt(seq);
  }

  #save(change: Partial<MirrorFacts>): void {
    const { store, generation } = this.#options;
    this.#facts = { ...this.#facts, ...change };
    store.saveFacts(generation, this.#facts);
  }

  #dropSavedTiles(): void {
    const { store, generation } = this.#options;
    store.dropTileRoots(generation);
    store.saveTileRoots(generation, this.tree.tileRoots, 0);
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }
}
