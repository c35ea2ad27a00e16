/**
 * A witness of this server: it cosigns checkpoints that extend those that it has seen (C2SP tlog-witness), so that nobody
 * has to take this server's word that it shows everybody the same history.
 */
import { LogError } from "../../events/errors.ts";
import { verifierOf } from "../../events/proofs/cosignature.ts";
import { openNote, type Verifier } from "../../events/proofs/note.ts";
import { parseCount } from "../../events/proofs/proof-error.ts";
import { parseVerifierKey } from "../../events/proofs/verifier-key.ts";
import type { Sequence } from "../../events/sequence.ts";
import type { WitnessAddress } from "../config/witnesses.ts";

/** A witness that does not answer within this time, ms, is asked again with the next checkpoint. */
const TIMEOUT_MS = 5_000;
/** A witness that failed is left alone for this time, ms. */
const RETRY_MS = 10_000;
/** Longer answers are refused, characters: a cosignature has at most 4,000. */
const MAX_ANSWER = 64 * 1024;
/** Logs whose size at the witness is remembered: those that were cosigned last. */
const MAX_SIZES = 10_000;

/** What is submitted. */
export interface Submission {
  origin: string;
  size: Sequence;
  /** The signed note. */
  text: string;
  /** Proves that the tree begins with an older one of this size. */
  proofFrom: (size: Sequence) => Promise<readonly Uint8Array[]>;
}

export class Witness {
  readonly #address: WitnessAddress;
  readonly #verifier: Verifier;
  /** What the witness has cosigned last, by origin, as far as this process knows. */
  readonly #sizes = new Map<string, Sequence>();
  /** By `performance.now()`. */
  #failedAtMs = Number.NEGATIVE_INFINITY;

  /** @throws ProofError if its key cannot be read; LogError NOT_A_LOG if this Node does not have its algorithm */
  constructor(address: WitnessAddress) {
    this.#address = address;
    const verifier = verifierOf(parseVerifierKey(address.vkey));
    if (!verifier)
      throw new LogError("NOT_A_LOG", `Node ${process.versions.node} cannot verify the witness ${address.url}`);
    this.#verifier = verifier;
  }

  /** False for a while after a failure. */
  get isDue(): boolean {
    return performance.now() - this.#failedAtMs >= RETRY_MS;
  }

  /** Its address, for people. */
  get name(): string {
    return this.#address.url;
  }

  /**
   * Submits a checkpoint.
   *
   * @returns the witness's signature lines for it, verified
   * @throws LogError UNREACHABLE if the witness does not cosign it now, with its reason
   */
  async cosign(submission: Submission): Promise<string> {
    const { origin, size } = submission;
    const known = this.#sizes.get(origin) ?? 0;
    const first = await this.#submit(submission, Math.min(known, size));
    const answer = "conflict" in first ? await this.#submit(submission, this.#oldSize(first.conflict, size)) : first;
    if ("conflict" in answer) throw this.#failure(`it has another size of the log each time: ${answer.conflict}`);
    this.#sizes.delete(origin);
    this.#sizes.set(origin, size); // the last one of the map is the one that was cosigned last
    const [oldest] = this.#sizes.keys();
    if (this.#sizes.size > MAX_SIZES && oldest !== undefined) this.#sizes.delete(oldest);
    return answer.lines;
  }

  #oldSize(conflict: Sequence, size: Sequence): Sequence {
    if (conflict <= size) return conflict;
    throw this.#failure(`it has cosigned ${conflict} events of the log, more than the ${size} submitted`);
  }

  async #submit(
    { text, proofFrom }: Submission,
    oldSize: Sequence,
  ): Promise<{ lines: string } | { conflict: Sequence }> {
    const proof = (await proofFrom(oldSize)).map((hash) => `${Buffer.from(hash).toString("base64")}\n`);
    const { status, type, answer } = await this.#post(`old ${oldSize}\n${proof.join("")}\n${text}`);
    if (status === 200) return { lines: this.#linesIn(answer, text) };
    const size = status === 409 && type === "text/x.tlog.size" ? parseCount(answer.trimEnd()) : null;
    if (size !== null) return { conflict: size };
    throw this.#failure(`it answered ${status}: ${answer.slice(0, 200).trim()}`);
  }

  async #post(body: string): Promise<{ status: number; type: string; answer: string }> {
    try {
      const response = await fetch(`${this.#address.url}/add-checkpoint`, {
        method: "POST",
        body,
        headers: { "content-type": "text/plain" },
        redirect: "error",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const [type = ""] = (response.headers.get("content-type") ?? "").split(";");
      return { status: response.status, type, answer: await shortText(response) };
    } catch (error) {
      throw this.#failure(error instanceof Error ? error.message : String(error), error);
    }
  }

  /** The lines of the witness's own key, without those of other keys. */
  #linesIn(answer: string, text: string): string {
    const body = text.slice(0, text.lastIndexOf("\n\n") + 2);
    const { id, name } = this.#verifier.key;
    try {
      openNote(body + answer, [this.#verifier], "its answer");
    } catch (error) {
      throw this.#failure(error instanceof Error ? error.message : String(error), error);
    }
    const lines = answer.split("\n").filter((line) => {
      const [, ofName, signature = ""] = /^— (\S+) (\S+)$/.exec(line) ?? [];
      return ofName === name && Buffer.from(signature, "base64").subarray(0, 4).readUInt32BE() === id;
    });
    return lines.map((line) => `${line}\n`).join("");
  }

  #failure(reason: string, cause?: unknown): LogError {
    this.#failedAtMs = performance.now();
    return new LogError("UNREACHABLE", `the witness ${this.name} did not cosign: ${reason}`, { cause });
  }
}

/** The beginning of a body: an answer that is too long does not fill the memory. */
async function shortText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const part of response.body ?? []) {
    text += decoder.decode(part as Uint8Array, { stream: true });
    if (text.length > MAX_ANSWER) throw new Error(`more than ${MAX_ANSWER} characters`);
  }
  return text;
}
