/**
 * The generations of a log's mirror on this device: each is a file, and one of them is current. A new generation starts if
 * the file is damaged, or if the server's history no longer matches the mirror. Earlier files stay.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { LogError } from "../../../events/errors.ts";
import type { LogId } from "../../../events/log/log.ts";
import { mirrorFileName } from "../../../events/sources/sqlite/sqlite-log-file.ts";
import { latestGeneration } from "../../../projector/sync/mirror.ts";
import type { TrustStore } from "../../../projector/trust/trust-store.ts";
import type { LocalStore } from "../files/local-store.ts";
import { LocalCopy } from "./local-copy.ts";

/** The name of the setting that plans a refetch: which log, into which generation. Stored, so the name never changes. */
const REFETCH = "afresh";

interface Plan {
  log: LogId;
  generation: number;
  /** A person has accepted the server's history as it is: what was signed before does not count against it. */
  accept?: boolean;
}

interface MirrorGenerationsOptions {
  folder: string;
  log: LogId;
  store: LocalStore;
  trust: TrustStore;
  /** The server's address; "" if none is set. */
  server: string;
}

export class MirrorGenerations {
  readonly #options: MirrorGenerationsOptions;

  constructor(options: MirrorGenerationsOptions) {
    this.#options = options;
  }

  /** Opens the current generation. If its file cannot be read, starts the next one, which a sync fills. */
  open(): LocalCopy {
    const { folder, log, store, trust } = this.#options;
    const generation = store.knownLog(log)?.generation ?? 1;
    try {
      return LocalCopy.open(folder, generation, trust);
    } catch (error) {
      if (!(error instanceof LogError)) throw error;
      return this.#openAfter(generation);
    }
  }

  /** Starts the next generation instead of a damaged one. The damaged file stays, for an analysis. */
  replace(damaged: LocalCopy): LocalCopy {
    damaged.close();
    return this.#openAfter(damaged.generation);
  }

  /** Plans that the next sync fetches the whole log into a new generation. A person has agreed to it. */
  planRefetch(current: LocalCopy): void {
    const { folder, log, store } = this.#options;
    const { altered } = current.history.facts;
    // Whoever replaces a copy that was changed has not accepted that the server changes as well.
    const accept = altered === null || altered.kind === "rewritten";
    const generation = Math.max(current.generation, latestGeneration(folder, log)) + 1;
    store.set(REFETCH, { log, generation, accept } satisfies Plan);
  }

  /** Opens the generation of the planned refetch; null if none is planned. */
  openPlanned(): { copy: LocalCopy; isAccepted: boolean } | null {
    const { folder, log, store, trust } = this.#options;
    const plan = store.setting(REFETCH) as Plan | undefined;
    if (plan?.log !== log) return null;
    return { copy: LocalCopy.open(folder, plan.generation, trust), isAccepted: plan.accept ?? true };
  }

  /** What was fetched is not what was signed: it stays as a file, and is not used. */
  cancelPlan(): void {
    this.#options.store.set(REFETCH, null);
  }

  /** Makes the planned generation, which is complete now, the current one. */
  adopt({ generation }: LocalCopy): void {
    this.#setCurrent(generation);
    this.#options.store.set(REFETCH, null);
  }

  #openAfter(generation: number): LocalCopy {
    const { folder, log, trust } = this.#options;
    // Skips files that cannot be read, such as those encrypted with a lost key.
    for (let next = generation + 1; ; next++) {
      const exists = existsSync(join(folder, mirrorFileName(log, next)));
      try {
        const copy = LocalCopy.open(folder, next, trust);
        this.#setCurrent(next);
        return copy;
      } catch (error) {
        if (!exists || !(error instanceof LogError)) throw error;
      }
    }
  }

  #setCurrent(generation: number): void {
    const { store, log, server } = this.#options;
    const known = store.knownLog(log) ?? { id: log, server, email: null };
    store.putLog({ ...known, generation });
  }
}
