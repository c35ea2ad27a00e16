/** `invoify-api log fork`: a log that was set back on purpose continues in a new generation. */
import { sameBytes } from "../events/hash.ts";
import { parseUuidV7 } from "../events/uuid.ts";
import { defineCommand, JSON_OUTPUT } from "../projector/command-line/command.ts";
import { UsageError } from "../projector/command-line/failure.ts";
import { readStoreConfig } from "./config/config.ts";
import { beginGeneration, newestPast, pairOfLog, pastInStore, pastOfPair } from "./proofs/forks.ts";
import { openSigning } from "./proofs/open-server-key.ts";
import { openStorage } from "./storage/open-storage.ts";

export const forkLog = defineCommand({
  program: "invoify-api",
  name: "log fork",
  about: `Accepts that a log does not have everything that was signed, because its database
or file was set back on purpose. The log continues in its next generation, which
begins with a signed note: what was signed last, and what the log has now. Every
desktop that has more shows its user what is lost, and asks. Signed checkpoints of
the earlier generation stay valid as evidence.

Stop every process of the store first. The command needs the signing key. It does
nothing to a log that has everything that was signed. invoify-api restore does the
same by itself.`,
  positionals: ["LOG-ID"],
  options: { json: JSON_OUTPUT },
  async run({ values: { json }, positionals: [logId = ""] }, terminal) {
    if (!parseUuidV7(logId)) throw new UsageError(`${logId}: not the id of a log`);
    const config = readStoreConfig(terminal.env);
    const storage = await openStorage(config, { onNote: terminal.note });
    const signing = await openSigning(config, { clock: Date.now, onNote: terminal.note });
    const log = await storage.openLog(logId, { create: false });
    const store = await storage.openTiles(logId, { create: false });
    try {
      if (!signing) throw new UsageError("a generation begins with a signed note, and there is no signing key");
      if (!log) throw new UsageError(`${storage.name}: has no log ${logId}`);
      const past = newestPast([store && (await pastInStore(store)), pastOfPair(signing.signed.last(logId))]);
      if (!store || !past?.pair) throw new UsageError(`${log.name}: nothing of it was ever signed`);
      const { size, root } = past.pair;
      const isWhole = (await log.head()) >= size && sameBytes((await pairOfLog(log, size)).root, root);
      if (isWhole) throw new UsageError(`${log.name}: has all ${size} events that were signed; there is nothing to do`);
      await beginGeneration({ logId, log, store, signing }, past);
      const generation = past.generation + 1;
      const events = await log.head();
      terminal.out(
        json
          ? JSON.stringify({ log: logId, generation, signed: size, events })
          : `${log.name}: generation ${generation} begins with ${events} events; ${size} were signed before`,
      );
    } finally {
      await store?.close();
      await log?.close();
      signing?.close();
      await storage.close();
    }
    return 0;
  },
});
