import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { smallBatches } from "../fixtures/events.ts";
import { temporaryFolder } from "../fixtures/temporary-folder.ts";
import type { EncodedEvent } from "./event.ts";
import { appendAll, conformance } from "./log.suite.ts";
import { SqliteLog } from "./sqlite-log.ts";

const folder = temporaryFolder();
const newPath = () => join(folder, `${randomUUID()}.sqlite`);

conformance("SqliteLog", {
  async seed(events) {
    const path = newPath();
    const log = SqliteLog.open(path, { create: true });
    await appendAll(log, events);
    return {
      log,
      async grow(more) {
        const other = SqliteLog.open(path);
        await appendAll(other, more);
        await other.close();
      },
    };
  },
  newPlace: async () => newPath(),
  long: {
    count: { usual: 300_000, long: 10_000_000 },
    async newPlace(count) {
      const path = newPath();
      const log = SqliteLog.open(path, { create: true });
      for (const batch of smallBatches(count, 10_000)) await log.append(batch);
      await log.close();
      return path;
    },
  },
});

conformance("SqliteLog as a mirror", {
  async seed(events) {
    const path = newPath();
    const log = SqliteLog.open(path, { create: true, kind: "mirror" });
    const mirror = (after: number, more: readonly EncodedEvent[]) =>
      log.mirror(
        after,
        more.map(({ body }) => body),
      );
    mirror(0, events);
    return { log, grow: async (more) => void mirror(log.headNow(), more) };
  },
  newPlace: null,
  long: null,
});
