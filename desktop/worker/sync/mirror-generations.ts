/**
 * The generations of a log's mirror on this device: each is a file, and one of them is current. The next one begins where
 * a file is damaged, or where the server's history is no longer the mirror's; the files before it stay.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { LogError } from "../../../events/errors.ts";
import type { LogId } from "../../../events/log/log.ts";
import { mirrorFileName } from "../../../events/sources/sqlite/sqlite-log-file.ts";
import type { LocalStore } from "../files/local-store.ts";
import { LocalCopy } from "./local-copy.ts";

/** The setting that says that a log is to be fetched again, and into which generation. */
const REFETCH = "afresh";

export interface MirrorGenerationsOptions {
  folder: string;
  log: LogId;
  store: LocalStore;
  /** The address that the log was fetched from; "" if none is set. */
  server: string;
}

export class MirrorGenerations {
  readonly #options: MirrorGenerationsOptions;

  constructor(options: MirrorGenerationsOptions) {
    this.#options = options;
  }

  /** Opens the current generation; if its file cannot be read at all, the next one, which is fetched again. */
  open(): LocalCopy {
    const { folder, log, store } = this.#options;
    const generation = store.knownLog(log)?.generation ?? 1;
    try {
      return LocalCopy.open(folder, log, generation);
    } catch (error) {
      if (!(error instanceof LogError)) throw error;
      return this.#openAfter(generation);
    }
  }

  /** Begins the next generation in place of a damaged one, whose file stays: somebody may want to look at it. */
  replace(damaged: LocalCopy): LocalCopy {
    damaged.close();
    return this.#openAfter(damaged.generation);
  }

  /** From the next sync on, the whole log is fetched into a new generation. */
  planRefetch(current: LocalCopy): void {
    this.#options.store.set(REFETCH, { log: this.#options.log, generation: current.generation + 1 });
  }

  /** Opens the generation that the log is to be fetched into again; null if there is no such plan. */
  openPlanned(): LocalCopy | null {
    const { folder, log, store } = this.#options;
    const plan = store.setting(REFETCH) as { log: LogId; generation: number } | undefined;
    return plan?.log === log ? LocalCopy.open(folder, log, plan.generation) : null;
  }

  /** The planned generation is whole: it is the current one from now on. */
  adopt({ generation }: LocalCopy): void {
    this.#setCurrent(generation);
    this.#options.store.set(REFETCH, null);
  }

  #openAfter(generation: number): LocalCopy {
    const { folder, log } = this.#options;
    // Those that an earlier key encrypted lie there too.
    for (let next = generation + 1; ; next++) {
      const isThere = existsSync(join(folder, mirrorFileName(log, next)));
      try {
        const copy = LocalCopy.open(folder, log, next);
        this.#setCurrent(next);
        return copy;
      } catch (error) {
        if (!isThere || !(error instanceof LogError)) throw error;
      }
    }
  }

  #setCurrent(generation: number): void {
    const { store, log, server } = this.#options;
    const known = store.knownLog(log) ?? { id: log, server, email: null };
    store.putLog({ ...known, generation });
  }
}
