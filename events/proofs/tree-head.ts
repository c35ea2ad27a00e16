/** Tree heads, as C2SP tlog-checkpoint writes them, and the origins that name a log and its generation. */
import { parseUuidV7, uuidText } from "../uuid.ts";
import { ProofError, parseBase64, parseCount } from "./proof-error.ts";
import { HASH_BYTES } from "./tree.ts";
import { isKeyName } from "./verifier-key.ts";

/** What is said of a tree: which log's it is, how many entries it has, and its root. */
export interface TreeHead {
  origin: string;
  size: number;
  root: Uint8Array;
}

/** A log and one of its histories. The first is generation 1; a restore below a signed size begins the next. */
interface Origin {
  /** The id of the log: that of its event 1, as text. */
  log: string;
  generation: number;
}

/** The origin of a log's generation: also the name of the keys that sign it. */
export function originOf({ log, generation }: Origin): string {
  return `invoify/${log}/${generation}`;
}

/** Reads an origin; null if it is not one of an Invoify log. */
export function parseOrigin(origin: string): Origin | null {
  const [, log, digits] = /^invoify\/([^/]+)\/([^/]+)$/.exec(origin) ?? [];
  const id = parseUuidV7(log ?? "");
  const generation = parseCount(digits ?? "");
  if (log === undefined || id === null || uuidText(id) !== log || !generation) return null;
  return { log, generation };
}

/** The text that is signed: origin, size and root, a line each. */
export function formatTreeHead({ origin, size, root }: TreeHead): string {
  if (!isKeyName(origin)) throw new RangeError(`${JSON.stringify(origin)} cannot be an origin`);
  if (!Number.isSafeInteger(size) || size < 0) throw new RangeError(`${size} is not the size of a tree`);
  if (root.length !== HASH_BYTES) throw new RangeError(`a root has ${HASH_BYTES} bytes, not ${root.length}`);
  return `${origin}\n${size}\n${Buffer.from(root).toString("base64")}\n`;
}

/**
 * Reads the text of a signed checkpoint.
 *
 * @param what names it in errors
 * @returns also the extension lines, which Invoify never writes, and to which nothing here gives a meaning
 * @throws ProofError malformed, and says what is wrong with it
 */
export function parseTreeHead(text: string, what = "the tree head"): TreeHead & { root: Buffer; extensions: string[] } {
  const malformed = (why: string) => new ProofError("malformed", `${what}: ${why}`);
  if (!text.endsWith("\n")) throw malformed("its text does not end with a newline");
  const [origin, sizeText, rootText, ...extensions] = text.slice(0, -1).split("\n");
  if (!origin || sizeText === undefined || rootText === undefined)
    throw malformed("it does not have an origin, a size and a root");
  const size = parseCount(sizeText);
  if (size === null) throw malformed(`its size is ${JSON.stringify(sizeText)}, not a number of entries`);
  const root = parseBase64(rootText);
  if (root?.length !== HASH_BYTES) throw malformed(`its root is not ${HASH_BYTES} bytes in base64`);
  if (extensions.includes("")) throw malformed("it has an empty line");
  return { origin, size, root, extensions };
}
