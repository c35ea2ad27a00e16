/** Checks proofs against roots that are known to be right. It needs no tree: only the hashes of the proof. */
import { sameBytes } from "../hash.ts";
import { ProofError } from "./proof-error.ts";
import { EMPTY_ROOT, HASH_BYTES, nodeHash } from "./tree.ts";

/**
 * Checks that a tree contains a leaf: RFC 6962, section 2.1.1.
 *
 * @param proof.index from 0: an event's sequence less one
 * @throws ProofError mismatch if it does not prove this, and says why
 */
export function checkInclusion(proof: {
  index: number;
  size: number;
  leaf: Uint8Array;
  hashes: readonly Uint8Array[];
  root: Uint8Array;
}): void {
  const { index, size, leaf, hashes, root } = proof;
  const what = `inclusion proof of leaf ${index} in ${size} entries`;
  if (!isCount(index) || !isCount(size) || index >= size) throw mismatch(what, "there is no such leaf");
  checkLengths(what, [leaf, root, ...hashes]);
  let hash: Uint8Array = leaf;
  let [node, last] = [index, size - 1];
  for (const sibling of hashes) {
    if (last === 0) throw mismatch(what, `${hashes.length} hashes, which is too many`);
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, halved(last)];
    } else hash = nodeHash(hash, sibling);
    [node, last] = [halved(node), halved(last)];
  }
  if (last !== 0) throw mismatch(what, `${hashes.length} hashes, which is too few`);
  if (!sameBytes(hash, root)) throw mismatch(what, leadsTo(hash, root));
}

/**
 * Checks that a tree begins with an older one: RFC 6962, section 2.1.2. Every tree begins with the empty one.
 *
 * @throws ProofError mismatch if it does not prove this, and says why
 */
export function checkConsistency(proof: {
  oldSize: number;
  oldRoot: Uint8Array;
  size: number;
  root: Uint8Array;
  hashes: readonly Uint8Array[];
}): void {
  const { oldSize, oldRoot, size, root, hashes } = proof;
  const what = `consistency proof from ${oldSize} to ${size} entries`;
  if (!isCount(oldSize) || !isCount(size) || oldSize > size) throw mismatch(what, "the sizes do not follow each other");
  checkLengths(what, [oldRoot, root, ...hashes]);
  if (oldSize === 0 || oldSize === size) {
    if (hashes.length > 0) throw mismatch(what, `${hashes.length} hashes, and it needs none`);
    const known = oldSize === 0 ? EMPTY_ROOT : root;
    if (!sameBytes(oldRoot, known)) throw mismatch(what, `the old root is ${hex(oldRoot)}, not ${hex(known)}`);
    return;
  }
  let [node, last] = [oldSize - 1, size - 1];
  while (node % 2 === 1) [node, last] = [halved(node), halved(last)];
  const rest = node === 0 ? [oldRoot, ...hashes] : [...hashes]; // node 0: the old tree is one perfect subtree
  const first = rest.shift();
  if (first === undefined) throw mismatch(what, "no hashes, which is too few");
  let [oldHash, hash] = [first, first];
  for (const sibling of rest) {
    if (last === 0) throw mismatch(what, `${hashes.length} hashes, which is too many`);
    if (node % 2 === 1 || node === last) {
      [oldHash, hash] = [nodeHash(sibling, oldHash), nodeHash(sibling, hash)];
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, halved(last)];
    } else hash = nodeHash(hash, sibling);
    [node, last] = [halved(node), halved(last)];
  }
  if (last !== 0) throw mismatch(what, `${hashes.length} hashes, which is too few`);
  if (!sameBytes(oldHash, oldRoot)) throw mismatch(what, `for the old tree, ${leadsTo(oldHash, oldRoot)}`);
  if (!sameBytes(hash, root)) throw mismatch(what, leadsTo(hash, root));
}

const halved = (n: number) => Math.floor(n / 2);
const isCount = (n: number) => Number.isSafeInteger(n) && n >= 0;
const hex = (hash: Uint8Array) => Buffer.from(hash).toString("hex");
const leadsTo = (hash: Uint8Array, root: Uint8Array) => `it leads to the root ${hex(hash)}, not to ${hex(root)}`;

function checkLengths(what: string, hashes: readonly Uint8Array[]): void {
  const wrong = hashes.find((hash) => hash.length !== HASH_BYTES);
  if (wrong) throw mismatch(what, `a hash has ${wrong.length} bytes, not ${HASH_BYTES}`);
}

function mismatch(what: string, why: string): ProofError {
  return new ProofError("mismatch", `${what}: ${why}`);
}
