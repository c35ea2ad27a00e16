/**
 * An office on its own embedded log. Commands take the same path as in the API: they are parsed, and go through the
 * writer onto the log.
 */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { TestContext } from "node:test";
import Database from "better-sqlite3";
import {
  type Circumstances,
  type Input,
  NOON_MS,
  type Office,
  OWNER,
  OWNER_DETAILS,
  officeOf,
  parsedInput,
} from "../../events/business/office.suite.ts";
import type { OrganizationProfile } from "../../events/business/organization.ts";
import type { CommandName } from "../../events/commands/commands.ts";
import { decodeEvent, type LogEvent } from "../../events/encoding/event.ts";
import type { WritableLog } from "../../events/log/log.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { newUuid } from "../../events/uuid.ts";
import { PROFILE } from "../../fixtures/data/events.ts";
import { ProjectionTables } from "../cache/projection-tables.ts";
import { booksOf } from "./books.ts";
import { Writer } from "./writer.ts";
import type { WriterOptions } from "./writer-options.ts";

export interface WriterOffice extends Office {
  log: WritableLog;
  writer: Writer;
  cachePath: string;
  /** Rows of the cache, as other connections see them. */
  rows(sql: string): Record<string, unknown>[];
}

/** Opens an office until the test ends. @param options.log default: its own embedded log */
export async function openOffice(
  t: TestContext,
  folder: string,
  options: { profile?: Partial<OrganizationProfile>; log?: WritableLog; writer?: WriterOptions; key?: Uint8Array } = {},
): Promise<WriterOffice> {
  const log = options.log ?? SqliteLog.open(join(folder, `${randomUUID()}.sqlite`), { create: true });
  const cachePath = join(folder, `${randomUUID()}.cache.sqlite`);
  const clock = { nowMs: NOON_MS };
  const writer = await Writer.open(log, cachePath, { clock: () => clock.nowMs, checkClock: false, ...options.writer });
  const reader = new Database(cachePath, { readonly: true });
  t.after(async () => {
    reader.close();
    await writer.close();
    await log.close();
  });
  await writer.found({ ...PROFILE, ...options.profile }, OWNER_DETAILS, options.key ?? newUuid());

  const office = officeOf({
    books: booksOf(reader, new ProjectionTables(reader).tables),
    clock,
    run: (command, input, circumstances) => writer.execute(requestOf(command, input, circumstances)),
    async events(after = 0) {
      const events: LogEvent[] = [];
      for await (const { bodies } of log.read({ after, upTo: Number.POSITIVE_INFINITY }))
        events.push(...bodies.map((body) => decodeEvent(body)));
      return events;
    },
    head: () => log.head(),
  });
  const rows = (sql: string) => reader.prepare<[], Record<string, unknown>>(sql).all();
  return { ...office, log, writer, cachePath, rows };
}

/** Makes a request from input, parsed as in the API. */
export function requestOf(command: CommandName, input: Input = {}, circumstances: Circumstances = {}) {
  const { id = 0, actor = OWNER, key = null, ifMatch = null, file } = circumstances;
  return { command, id, input: parsedInput(command, input), actor, key, ifMatch, file };
}
