/** RFC 6962, section 2.1, as it is written there: recursive, on lists of leaf hashes. What the tests compare with. */
import { createHash } from "node:crypto";
import { sha256 } from "../hash.ts";
import { leafHash } from "./tree.ts";

/** The inputs of the well-known tree of eight leaves, from the test data of certificate-transparency. */
export const EIGHT_INPUTS = [
  "",
  "00",
  "10",
  "2021",
  "3031",
  "40414243",
  "5051525354555657",
  "606162636465666768696a6b6c6d6e6f",
].map((hex) => Buffer.from(hex, "hex"));

/** The roots of its first 1, 2 … 8 leaves. */
export const EIGHT_ROOTS = [
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

/** `count` different entries; another `kind` gives other ones. */
export function madeEntries(count: number, kind = "entry"): Buffer[] {
  return Array.from({ length: count }, (_, n) => sha256(`${kind} ${n}`));
}

export function leavesOf(entries: readonly Uint8Array[]): Buffer[] {
  return entries.map((entry) => leafHash(entry));
}

export function naiveRoot(leaves: readonly Uint8Array[]): Buffer {
  if (leaves.length === 0) return sha256("");
  if (leaves.length === 1) return Buffer.from(leaves[0] as Uint8Array);
  const k = naiveSplit(leaves.length);
  return naiveNode(naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)));
}

export function naiveInclusion(index: number, leaves: readonly Uint8Array[]): Buffer[] {
  if (leaves.length === 1) return [];
  const k = naiveSplit(leaves.length);
  return index < k
    ? [...naiveInclusion(index, leaves.slice(0, k)), naiveRoot(leaves.slice(k))]
    : [...naiveInclusion(index - k, leaves.slice(k)), naiveRoot(leaves.slice(0, k))];
}

export function naiveConsistency(oldSize: number, leaves: readonly Uint8Array[], isWhole = true): Buffer[] {
  if (oldSize === leaves.length) return isWhole ? [] : [naiveRoot(leaves)];
  const k = naiveSplit(leaves.length);
  return oldSize <= k
    ? [...naiveConsistency(oldSize, leaves.slice(0, k), isWhole), naiveRoot(leaves.slice(k))]
    : [...naiveConsistency(oldSize - k, leaves.slice(k), false), naiveRoot(leaves.slice(0, k))];
}

function naiveNode(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash("sha256").update(Buffer.of(1)).update(left).update(right).digest();
}

/** The largest power of two below n. */
function naiveSplit(n: number): number {
  return 2 ** Math.ceil(Math.log2(n) - 1);
}
