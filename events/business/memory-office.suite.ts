/** An office in memory: commands are parsed, authorized and decided on books in memory, and nothing is stored. */
import { PROFILE } from "../../fixtures/data/events.ts";
import type { Command } from "../commands/command.ts";
import { COMMANDS } from "../commands/commands.ts";
import type { Fact } from "../encoding/catalogue.ts";
import { decodeEvent, encodeEvent, type LogEvent } from "../encoding/event.ts";
import type { StreamId } from "../sequence.ts";
import { newUuid, uuidText } from "../uuid.ts";
import { MemoryBooks } from "./memory-books.suite.ts";
import { NOON_MS, type Office, OWNER, OWNER_DETAILS, officeOf, parsedInput } from "./office.suite.ts";
import { type OrganizationProfile, registerOrganization } from "./organization.ts";
import { addUser, checkRole } from "./user.ts";

export async function openMemoryOffice(
  _: unknown,
  { profile = {} }: { profile?: Partial<OrganizationProfile> } = {},
): Promise<Office> {
  const books = new MemoryBooks();
  const log: LogEvent[] = [];
  const clock = { nowMs: NOON_MS };

  /** As in the writer, time never goes back. */
  const nextAt = () => Math.max(clock.nowMs, log.at(-1)?.at ?? 0);

  /** @param stream null: the event begins one */
  function append(fact: Fact, stream: StreamId | null, actor: StreamId): LogEvent {
    const seq = log.length + 1;
    const version = log.filter((event) => event.stream === stream).length + 1;
    const place = { seq, stream: stream ?? seq, version, id: newUuid(), at: nextAt(), actor };
    // Proves that the fact can be recorded.
    const event = decodeEvent(encodeEvent({ ...fact, ...place } as LogEvent, null).body);
    log.push(event);
    books.given([event]);
    return event;
  }

  append(registerOrganization(books, { ...PROFILE, ...profile }), null, 0);
  append(addUser(books, { ...OWNER_DETAILS, role: "owner" }), null, 0);
  return officeOf({
    books,
    clock,
    async run(name, input = {}, { id = 0, actor = OWNER, file } = {}) {
      const command = COMMANDS[name] as Command<unknown>;
      checkRole(books, actor, command);
      const target = command.stream === "organization" ? 1 : id;
      const fact = command.decide(books, parsedInput(name, input), { id, atMs: clock.nowMs, file });
      if (fact === null) {
        const version = log.filter((event) => event.stream === target).length;
        return { seq: null, id: null, stream: target, version };
      }
      const { seq, stream, version, id: eventId } = append(fact, command.begins ? null : target, actor);
      return { seq, id: uuidText(eventId), stream, version };
    },
    events: async (after = 0) => log.slice(after),
    head: async () => log.length,
  });
}
