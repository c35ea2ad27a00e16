/**
 * A client of MongoDB that reconnects to its servers after any loss of connections.
 *
 * The driver (7.9) waits forever if it writes to a socket that has just ended and is not yet closed, because nothing
 * empties the buffer. None of its time-outs ends that wait. If the write was a heartbeat, the driver considers the
 * server lost from then on. A server that stops cuts all connections at once, so both happen. And if the first
 * connection of a client fails, all later calls fail with "Topology is closed".
 */
import { setTimeout as sleep } from "node:timers/promises";
import {
  MongoClient,
  MongoNetworkTimeoutError,
  type ServerHeartbeatFailedEvent,
  type ServerHeartbeatStartedEvent,
  type ServerHeartbeatSucceededEvent,
} from "mongodb";

/** The time that a heartbeat may take beyond the driver's own time-outs, ms. */
const MARGIN_MS = 1_000;
const RECONNECT_DELAY_MS = 500;

export class ReconnectingClient extends MongoClient {
  /** A timer for each server with a heartbeat under way. */
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #closed = false;
  #connecting = false;

  /** @param args the arguments of the driver's client */
  constructor(...args: ConstructorParameters<typeof MongoClient>) {
    super(...args);
    this.on("serverHeartbeatStarted", (heartbeat) => this.#startTimer(heartbeat));
    this.on("serverHeartbeatSucceeded", (heartbeat) => this.#stopTimer(heartbeat));
    this.on("serverHeartbeatFailed", (heartbeat) => this.#stopTimer(heartbeat));
    this.on("topologyClosed", () => this.#stopTimers());
  }

  /** The first use calls this too. After a failure, it retries until it succeeds or the client is closed. */
  override async connect(): Promise<this> {
    try {
      return await super.connect();
    } catch (error) {
      if (!this.#closed) void this.#reconnect();
      throw error;
    }
  }

  override async close(): Promise<void> {
    this.#closed = true;
    this.#stopTimers();
    await super.close();
  }

  #startTimer({ connectionId: server, awaited }: ServerHeartbeatStartedEvent): void {
    const { connectTimeoutMS, heartbeatFrequencyMS } = this.options;
    const longestMs = connectTimeoutMS + (awaited ? heartbeatFrequencyMS : 0) + MARGIN_MS;
    clearTimeout(this.#timers.get(server));
    this.#timers.set(server, setTimeout(() => void this.#reconnect(), longestMs).unref());
  }

  #stopTimer({ connectionId: server }: ServerHeartbeatSucceededEvent | ServerHeartbeatFailedEvent): void {
    clearTimeout(this.#timers.get(server));
    this.#timers.delete(server);
  }

  #stopTimers(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  /** Closes all connections and connects again. Running operations fail, as with a lost connection. */
  async #reconnect(): Promise<void> {
    if (this.#connecting) return;
    this.#connecting = true;
    await super.close().catch(() => {});
    while (!this.#closed && !(await this.#tryConnect())) await sleep(RECONNECT_DELAY_MS, undefined, { ref: false });
    this.#connecting = false;
    if (this.#closed) await super.close(); // closed during the connect
  }

  async #tryConnect(): Promise<boolean> {
    return await super.connect().then(
      () => true,
      () => false,
    );
  }
}

/**
 * Runs an operation with a time limit of twice the driver's own time-outs, because the driver may try twice. By then
 * the driver should have given up.
 *
 * @throws MongoNetworkTimeoutError
 */
export async function inTime<Result>(client: MongoClient, operation: () => Promise<Result>): Promise<Result> {
  const { serverSelectionTimeoutMS, socketTimeoutMS = 0 } = client.options;
  if (socketTimeoutMS === 0) return await operation(); // the address asks for no time-out
  const { promise: late, reject } = Promise.withResolvers<never>();
  const longestMs = 2 * (serverSelectionTimeoutMS + socketTimeoutMS) + MARGIN_MS;
  const timer = setTimeout(() => reject(new MongoNetworkTimeoutError(`no answer in ${longestMs} ms`)), longestMs);
  try {
    return await Promise.race([operation(), late]);
  } finally {
    clearTimeout(timer);
  }
}
