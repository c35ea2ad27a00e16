/** Keys for tests, and what programs of others wrote: vectors.json, made from Go libraries. */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { sha256 } from "../hash.ts";
import { mlDsaSigner } from "./cosignature.ts";
import { ed25519Signer, type Signer } from "./note.ts";
import { originOf } from "./tree-head.ts";
import vectors from "./vectors.json" with { type: "json" };
import { ED25519, ML_DSA_44_COSIGNATURE, type PublicKey, publicKeyOf } from "./verifier-key.ts";

export const VECTORS = vectors;

export const LOG = "0192f0c1-7b3a-7abc-8def-000000000001";
export const OTHER_LOG = "0192f0c1-7b3a-7abc-8def-000000000002";
export const ORIGIN = originOf({ log: LOG, generation: 1 });

/** 2025-10-09T08:53:20Z, in seconds. */
export const NOW = 1_760_000_000;

/** The Ed25519 key of a seed. @param seed 32 bytes */
export function ed25519Key(seed: Uint8Array): KeyObject {
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
  return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
}

/** The private keys of a server. Each name has its own Ed25519 key; ML-DSA-44 keys are new in every process. */
interface TestKeys {
  ed25519: KeyObject;
  mlDsa: KeyObject;
  /** What a client pins. */
  public: PublicKey[];
}

const made = new Map<string, TestKeys>();

export function keysOf(name: string): TestKeys {
  const known = made.get(name);
  if (known) return known;
  const ed25519 = ed25519Key(sha256(name));
  const mlDsa = generateKeyPairSync("ml-dsa-44").privateKey;
  const keys = {
    ed25519,
    mlDsa,
    public: [publicKeyOf(ED25519, ed25519), publicKeyOf(ML_DSA_44_COSIGNATURE, mlDsa)],
  };
  made.set(name, keys);
  return keys;
}

/** Signs as a server does: with both of its keys. */
export function signersOf(keys: TestKeys, origin = ORIGIN, at = NOW): Signer[] {
  return [ed25519Signer(origin, keys.ed25519), mlDsaSigner(origin, keys.mlDsa, () => at)];
}

/** The entries of the vectors: entry n, from 1, is SHA-256(0x00 ‖ "event n"). */
export function vectorEntries(count: number): Buffer[] {
  return Array.from({ length: count }, (_, n) => sha256(Buffer.from(`\0event ${n + 1}`)));
}

export const base64 = (text: string) => Buffer.from(text, "base64");
