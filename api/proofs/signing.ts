/** What a process signs with: the server's keys, what they have signed last, and a clock. All its logs share it. */
import type { KeyObject } from "node:crypto";
import { ed25519Signer, type Signer } from "../../events/proofs/note.ts";
import {
  type KeyFile,
  type KeyPair,
  type ServerKey,
  serverKeyOf,
  signersOf,
  signingPairs,
} from "../../events/proofs/server-key.ts";
import { signTreeHead } from "../../events/proofs/signed-checkpoint.ts";
import { type Fork, openFork, signFork } from "../../events/proofs/successor.ts";
import type { TreeHead } from "../../events/proofs/tree-head.ts";
import {
  ED25519,
  fingerprintOf,
  ML_DSA_44_COSIGNATURE,
  type PublicKey,
  publicKeyOf,
  type VerifierKey,
  verifierKey,
} from "../../events/proofs/verifier-key.ts";
import { Contradictions } from "./contradictions.ts";
import type { OnAnswer } from "./cosigning.ts";
import { SignedPairs } from "./signed-pairs.ts";
import type { Witness } from "./witness.ts";

interface SigningOptions {
  /** Who cosigns. */
  witnesses?: readonly Witness[];
  /** Path of the file with the last pairs. */
  signedPath: string;
  /** ms since 1970 UTC. */
  clock: () => number;
  /** False if the clock is artificial. */
  checkClock?: boolean;
}

export class Signing {
  readonly signed: SignedPairs;
  readonly clock: () => number;
  readonly checkClock: boolean;
  readonly contradictions = new Contradictions();
  readonly witnesses: readonly Witness[];
  /** Called when a witness fails, and with null when it has cosigned. */
  onWitness: OnAnswer = () => {};
  readonly #key: ServerKey;

  /** @throws LogError NOT_A_LOG if this Node cannot sign with ML-DSA-44; UNREACHABLE, DAMAGED if the file cannot be used */
  constructor(key: KeyFile, { signedPath, clock, checkClock = true, witnesses = [] }: SigningOptions) {
    this.witnesses = witnesses;
    this.#key = serverKeyOf(key);
    this.signed = new SignedPairs(signedPath);
    this.clock = clock;
    this.checkClock = checkClock;
  }

  /** SHA-256 of each public key that signs first, hex: Ed25519, then ML-DSA-44. */
  get fingerprints(): { ed25519: string; mlDsa44: string } {
    const [ed25519, mlDsa44] = publicKeysOf(this.#key.current);
    return { ed25519: fingerprintOf(ed25519), mlDsa44: fingerprintOf(mlDsa44) };
  }

  /** The signed notes of all rotations, oldest first. */
  get successors(): readonly string[] {
    return this.#key.successors;
  }

  /** The keys that sign now, under the name of a log's origin. The current pair comes first. */
  verifierKeys(origin: string): VerifierKey[] {
    return this.#pairs.flatMap((pair) => publicKeysOf(pair)).map((key) => verifierKey(origin, key));
  }

  /**
   * Signs a tree head with all keys. Call it only with a pair that was persisted.
   *
   * @param atMs the time for the signatures, ms since 1970 UTC; null: they state no time
   */
  sign(head: TreeHead, atMs: number | null): string {
    return signTreeHead(head, signersOf(this.#pairs, head.origin, atMs));
  }

  signFork(fork: Fork): string {
    return signFork(fork, forkSigners(this.#pairs, fork.restored.origin));
  }

  /** Reads a fork note that this server's keys, or earlier ones, signed. @throws ProofError */
  openFork(note: string, log: string, what: string): Fork {
    return openFork(note, { keys: this.#allKeys, log }, what);
  }

  get #pairs(): KeyPair[] {
    return signingPairs(this.#key, this.clock());
  }

  /** Every key that this server signs or has signed with. */
  get #allKeys(): PublicKey[] {
    const { current, previous, earlier } = this.#key;
    const own = [current, ...(previous ? [previous.pair] : [])].flatMap((pair) => publicKeysOf(pair));
    return [...own, ...earlier.map((bytes) => ({ type: ED25519, bytes }) as const)];
  }

  close(): void {
    this.signed.close();
  }
}

function forkSigners(pairs: readonly KeyPair[], origin: string): Signer[] {
  return pairs.map(({ ed25519 }) => ed25519Signer(origin, ed25519));
}

/** The public keys of a pair: Ed25519, then ML-DSA-44. */
export function publicKeysOf({ ed25519, mlDsa44 }: { ed25519: KeyObject; mlDsa44: KeyObject }): [PublicKey, PublicKey] {
  return [publicKeyOf(ED25519, ed25519), publicKeyOf(ML_DSA_44_COSIGNATURE, mlDsa44)];
}
