/**
 * Responses that clients have not yet read. Node keeps them in memory, so their size is limited: beyond the limit, the
 * caller with the most loses its oldest ones. A client that reads is therefore never cut off for one that does not.
 */
import type { ServerResponse } from "node:http";

/** Maximum size of all responses that wait, bytes. */
const MAX_BYTES = 256 * 1024 * 1024;
/** Smaller responses are not counted, bytes: a connection has only one, and it costs about as much as the connection. */
export const COUNTED_BYTES = 4_096;
/** A client that reads nothing of its response for this time is disconnected, ms. A slow one reads something. */
const STALL_MS = 30_000;

/** The responses of one caller, oldest first, with their sizes. */
interface Waiting {
  bytes: number;
  responses: Map<ServerResponse, number>;
}

export class Unread {
  readonly #maxBytes: number;
  readonly #callers = new Map<string, Waiting>();
  #bytes = 0;
  readonly #listeners: (() => void)[] = [];

  constructor({ maxBytes = MAX_BYTES }: { maxBytes?: number } = {}) {
    this.#maxBytes = maxBytes;
  }

  /** Size of all responses that wait, bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Size of the responses that wait for a caller, bytes. */
  bytesOf(caller: string): number {
    return this.#callers.get(caller)?.bytes ?? 0;
  }

  /** Calls the listener whenever a caller's responses have become fewer. */
  onRead(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Counts a response until its last byte has been passed to the system, or the client is gone. */
  add(caller: string, response: ServerResponse, bytes: number): void {
    if (response.destroyed) return;
    const { socket } = response;
    if (socket?.timeout === undefined || socket.timeout > STALL_MS) socket?.setTimeout(STALL_MS); // Node resets it
    const waiting = this.#callers.get(caller) ?? { bytes: 0, responses: new Map() };
    this.#callers.set(caller, waiting);
    waiting.responses.set(response, bytes);
    waiting.bytes += bytes;
    this.#bytes += bytes;
    response.once("close", () => this.#remove(caller, waiting, response));
    while (this.#bytes > this.#maxBytes) this.#cutMost();
  }

  #remove(caller: string, waiting: Waiting, response: ServerResponse): void {
    const bytes = waiting.responses.get(response);
    if (bytes === undefined) return;
    waiting.responses.delete(response);
    waiting.bytes -= bytes;
    this.#bytes -= bytes;
    if (waiting.responses.size === 0) this.#callers.delete(caller);
    for (const listener of this.#listeners) listener();
  }

  #cutMost(): void {
    const [first] = this.#callers;
    if (!first) return;
    let most = first;
    for (const one of this.#callers) if (one[1].bytes > most[1].bytes) most = one;
    const [caller, waiting] = most;
    const [oldest] = waiting.responses.keys();
    if (!oldest) return;
    this.#remove(caller, waiting, oldest);
    oldest.destroy();
  }
}
