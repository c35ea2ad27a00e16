/**
 * The logs whose last event is dated after this machine's clock: a clock was ahead when it was written, or this one is
 * behind. The writer refuses every write to such a log, so operators must hear of it: at the start, from `/api/ready`
 * and from `/metrics`.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import { decodeHeader } from "../../events/encoding/event.ts";
import { EarlierStoreError } from "../../events/errors.ts";
import type { LogId } from "../../events/log/log.ts";
import { MAX_SKEW_MS } from "../../projector/writer/clock-check.ts";
import type { Storage } from "../storage/storage.ts";
import type { Organizations } from "./organizations.ts";

/** Logs that are read at once during a scan. */
const AT_ONCE = 8;
/** The start waits for the scan no longer than this, ms. */
const START_WAIT_MS = 1_000;
/** The server's log names no more logs than these at the start. */
const MAX_NAMED = 20;

interface LogAhead {
  log: LogId;
  /** The time of its last event, ms since 1970 UTC. */
  headAtMs: number;
}

interface LogsAheadOptions {
  storage: Pick<Storage, "listLogs" | "openLog">;
  organizations: Pick<Organizations, "open">;
  /** ms since 1970 UTC. */
  clock: () => number;
  /** Logs that an operator accepts as they are. */
  accepted: readonly LogId[];
}

export class LogsAhead {
  readonly #options: LogsAheadOptions;
  /** The time of the last event of each log, as last seen, ms since 1970 UTC. */
  readonly #headAtMs = new Map<LogId, number>();

  constructor(options: LogsAheadOptions) {
    this.#options = options;
  }

  /** Reads the last event of every log in the store. @throws LogError if the store cannot be read */
  async scan(): Promise<void> {
    const logs = await this.#options.storage.listLogs();
    const next = logs.values();
    const work = async () => {
      for (const log of next) await this.#readHead(log);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  /** How many logs this process knows: those of the last scan, and those that are open. */
  get known(): number {
    this.#noteOpen();
    return this.#headAtMs.size;
  }

  /** The logs that are ahead, as last seen. */
  seen(): LogAhead[] {
    this.#noteOpen();
    // A writer compares with the database's clock, which may be that far ahead of this machine's.
    const limitMs = this.#options.clock() + 2 * MAX_SKEW_MS;
    return [...this.#headAtMs]
      .filter(([log, headAtMs]) => headAtMs > limitMs && !this.#options.accepted.includes(log))
      .map(([log, headAtMs]) => ({ log, headAtMs }));
  }

  /** The logs that are ahead now: reads those again that were ahead, because an operator may have replaced them. */
  async now(): Promise<LogAhead[]> {
    for (const { log } of this.seen()) await this.#readHead(log);
    return this.seen();
  }

  #noteOpen(): void {
    for (const { logId, writer } of this.#options.organizations.open)
      if (writer.headAtMs > 0) this.#headAtMs.set(logId, writer.headAtMs);
  }

  async #readHead(id: LogId): Promise<void> {
    const log = await this.#options.storage.openLog(id, { create: false });
    try {
      const head = (await log?.head()) ?? 0;
      if (!log || head === 0) this.#headAtMs.delete(id);
      else
        for await (const { bodies } of log.read({ after: head - 1, upTo: head }))
          for (const body of bodies) this.#headAtMs.set(id, decodeHeader(body, `${log.name}: event ${head}`).at);
    } finally {
      await log?.close();
    }
  }
}

/**
 * Scans the store when the server starts, and names the logs that are ahead in the server's log. The server does not start
 * on a store that must be converted first.
 */
export function announceLogsAhead(app: FastifyInstance, ahead: LogsAhead): void {
  app.addHook("onReady", async () => {
    const scan = ahead.scan().then(
      () => {
        const logs = ahead.seen();
        for (const { log, headAtMs } of logs.slice(0, MAX_NAMED))
          app.log.warn(
            `log ${log}: its last event is dated ${new Date(headAtMs).toISOString()}, after this machine's clock; nothing is written to it (see "A clock that was wrong" in api/README.md)`,
          );
        if (logs.length > MAX_NAMED) app.log.warn(`${logs.length - MAX_NAMED} more logs are ahead of the clock`);
      },
      (error: unknown) => {
        if (error instanceof EarlierStoreError) throw error; // no organization could be served
        app.log.warn({ err: error }, "the times of the logs could not be read");
      },
    );
    await Promise.race([scan, sleep(START_WAIT_MS, undefined, { ref: false })]);
  });
}
