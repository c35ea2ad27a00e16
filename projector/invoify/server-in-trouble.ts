/**
 * A server that says itself that its history is not what it signed: `invoify verify` goes on with its events, without what
 * it signed, and says so.
 */
import { LogError } from "../../events/errors.ts";
import type { EventLog } from "../../events/log/log.ts";
import { type TileReader, tilePath } from "../../events/proofs/tiles.ts";
import { SEGMENT, type Sequence } from "../../events/sequence.ts";
import { ownCheckpoint, serverProofs } from "../command-line/server-proofs.ts";
import type { Terminal } from "../command-line/terminal.ts";
import { troubleCode, troubleIn } from "../trust/server-trouble.ts";
import { compareWithTiles } from "../verify/compare-logs.ts";

/** A server refuses whole blocks that differ from its tree. Smaller parts, it sends as they are. */
const PART = SEGMENT / 2;

export class ServerInTrouble {
  readonly #log: EventLog;
  readonly #location: string;
  readonly #terminal: Terminal;
  #said: LogError | null = null;

  constructor(log: EventLog, location: string, terminal: Terminal) {
    this.#log = log;
    this.#location = location;
    this.#terminal = terminal;
  }

  /** As `ownCheckpoint`; null also if the server says that it cannot sign. */
  async checkpoint(): ReturnType<typeof ownCheckpoint> {
    try {
      return await ownCheckpoint(this.#log, this.#location, this.#terminal);
    } catch (error) {
      this.#note(error);
      return null;
    }
  }

  /** The log, whose events are read although the server says that they are not what it signed. */
  get log(): EventLog {
    const log = this.#log;
    const note = (error: unknown) => this.#note(error);
    return {
      name: log.name,
      id: () => log.id(),
      head: (known) => log.head(known),
      changed: (after, signal) => log.changed(after, signal),
      close: () => log.close(),
      async *read({ after, upTo }, options) {
        let at = after;
        const later = options?.signal ? { signal: options.signal } : {};
        for (let part = upTo - after; at < upTo; ) {
          const from = at;
          try {
            for await (const batch of log.read(
              { after: at, upTo: Math.min(at + part, upTo) },
              at === after ? options : later,
            )) {
              yield batch;
              at = batch.after + batch.bodies.length;
            }
            if (at === from) return;
          } catch (error) {
            if (part <= PART && at === from) throw error;
            note(error);
            part = PART;
          }
        }
      },
    };
  }

  /** What the server says, and the first event that is not in the tree of a checkpoint that does not hold. */
  async problems(
    our: { tiles: TileReader; size: Sequence },
    [broken]: readonly { size: Sequence; root: Uint8Array }[],
  ): Promise<{ seq: Sequence | null; problem: string }[]> {
    const said = await this.#problem();
    const seq = broken && broken.size <= our.size ? await this.#firstDiffering(our, broken) : null;
    const problem = "is the first that is not in the tree that the server signed";
    return [...(said ? [said] : []), ...(seq === null || seq === said?.seq ? [] : [{ seq, problem }])];
  }

  /** What the server says, and the event that it found; null if it says nothing. Call after the events were read. */
  async #problem(): Promise<{ seq: Sequence | null; problem: string } | null> {
    if (!this.#said) return null;
    const key = await (await this.#proofs())?.key().catch(() => null);
    const seq = troubleIn(key)?.event ?? null;
    const unchecked = "its events were checked without its signed checkpoint";
    if (seq !== null) return { seq, problem: `is not the one that the server signed, as it says itself; ${unchecked}` };
    return {
      seq: null,
      problem: `the server signs nothing, because its history contradicts what it signed (${this.#said.message}); ${unchecked}`,
    };
  }

  /**
   * The first event that is not in the tree that the server signed, by the tiles that it serves.
   *
   * @returns null if they do not say it
   */
  async #firstDiffering(
    our: { tiles: TileReader; size: Sequence },
    signed: { size: Sequence; root: Uint8Array },
  ): Promise<Sequence | null> {
    const proofs = await this.#proofs();
    if (!proofs) return null;
    const tiles: TileReader = { readTile: (tile) => proofs.tile(tilePath(tile)) };
    try {
      return (await compareWithTiles(our, { ...signed, name: this.#log.name, tiles })).firstDifferent;
    } catch (error) {
      if (error instanceof LogError) return null;
      throw error;
    }
  }

  async #proofs() {
    return serverProofs(this.#location, await this.#log.id(), this.#terminal);
  }

  /** @throws any other error */
  #note(error: unknown): void {
    if (!(error instanceof LogError) || troubleCode(error) === null) throw error;
    this.#said ??= error;
  }
}
