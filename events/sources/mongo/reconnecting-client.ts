/**
 * A client of MongoDB that finds its servers again, whatever befell its connections.
 *
 * The driver (7.9) waits for ever where it writes to a socket that has just ended and is not yet closed: for room in a
 * buffer that nobody empties. No time-out of its own ends that. Where it was a look at a server (a heartbeat), the server
 * counts as gone from then on. Servers that stop cut all connections at once, so both happen. And a client whose first
 * connection fails says "Topology is closed" to everything that comes after.
 */
import { setTimeout as sleep } from "node:timers/promises";
import {
  MongoClient,
  MongoNetworkTimeoutError,
  type ServerHeartbeatFailedEvent,
  type ServerHeartbeatStartedEvent,
  type ServerHeartbeatSucceededEvent,
} from "mongodb";

/** What a look at a server may take beyond the driver's own time-outs, ms. */
const MARGIN_MS = 1_000;
const CONNECT_AGAIN_MS = 500;

export class ReconnectingClient extends MongoClient {
  /** A timer for each server that is being looked at. */
  readonly #looks = new Map<string, NodeJS.Timeout>();
  #closed = false;
  #connecting = false;

  /** @param args as the driver's */
  constructor(...args: ConstructorParameters<typeof MongoClient>) {
    super(...args);
    this.on("serverHeartbeatStarted", (look) => this.#watch(look));
    this.on("serverHeartbeatSucceeded", (look) => this.#seen(look));
    this.on("serverHeartbeatFailed", (look) => this.#seen(look));
    this.on("topologyClosed", () => this.#forgetLooks());
  }

  /** Its first use calls this too. Where it fails, it is tried again until it succeeds, or until the client is closed. */
  override async connect(): Promise<this> {
    try {
      return await super.connect();
    } catch (error) {
      if (!this.#closed) void this.#connectAnew();
      throw error;
    }
  }

  override async close(): Promise<void> {
    this.#closed = true;
    this.#forgetLooks();
    await super.close();
  }

  #watch({ connectionId: server, awaited }: ServerHeartbeatStartedEvent): void {
    const { connectTimeoutMS, heartbeatFrequencyMS } = this.options;
    const longestMs = connectTimeoutMS + (awaited ? heartbeatFrequencyMS : 0) + MARGIN_MS;
    clearTimeout(this.#looks.get(server));
    this.#looks.set(server, setTimeout(() => void this.#connectAnew(), longestMs).unref());
  }

  #seen({ connectionId: server }: ServerHeartbeatSucceededEvent | ServerHeartbeatFailedEvent): void {
    clearTimeout(this.#looks.get(server));
    this.#looks.delete(server);
  }

  #forgetLooks(): void {
    for (const timer of this.#looks.values()) clearTimeout(timer);
    this.#looks.clear();
  }

  /** What is under way fails, as it does when a connection is lost. */
  async #connectAnew(): Promise<void> {
    if (this.#connecting) return;
    this.#connecting = true;
    await super.close().catch(() => {});
    while (!this.#closed && !(await this.#connects())) await sleep(CONNECT_AGAIN_MS, undefined, { ref: false });
    this.#connecting = false;
    if (this.#closed) await super.close(); // closed while it connected
  }

  async #connects(): Promise<boolean> {
    return await super.connect().then(
      () => true,
      () => false,
    );
  }
}

/**
 * The answer to a question, if it comes before the driver should long have given it up: in its time-outs, twice, for it
 * may ask twice.
 *
 * @throws MongoNetworkTimeoutError
 */
export async function inTime<Result>(client: MongoClient, question: () => Promise<Result>): Promise<Result> {
  const { serverSelectionTimeoutMS, socketTimeoutMS = 0 } = client.options;
  if (socketTimeoutMS === 0) return await question(); // its user wants to wait
  const { promise: late, reject } = Promise.withResolvers<never>();
  const longestMs = 2 * (serverSelectionTimeoutMS + socketTimeoutMS) + MARGIN_MS;
  const timer = setTimeout(() => reject(new MongoNetworkTimeoutError(`no answer in ${longestMs} ms`)), longestMs);
  try {
    return await Promise.race([question(), late]);
  } finally {
    clearTimeout(timer);
  }
}
