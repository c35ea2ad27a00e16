/** The organization, its users, and who may cause an event. */
import type { Books } from "../../events/business/books.ts";
import { looksLike, type OrganizationProfile } from "../../events/business/organization.ts";
import type { Role } from "../../events/business/roles.ts";
import { COMMANDS } from "../../events/commands/commands.ts";
import { CATALOGUE, type EventType } from "../../events/encoding/catalogue.ts";
import type { LogEvent } from "../../events/encoding/event.ts";
import type { StreamId } from "../../events/sequence.ts";
import { allowsReset } from "../../events/values/number-pattern.ts";
import { uniqueKey } from "../../events/values/unique-key.ts";
import type { Invariant } from "./invariant.ts";

const TYPES = Object.keys(CATALOGUE) as EventType[];

/** The same check for events of every type. */
function ofEvery(check: (event: LogEvent, books: Books) => Iterable<string>): Invariant["checks"] {
  return Object.fromEntries(TYPES.map((type) => [type, check]));
}

/**
 * The roles that may give a command with this event. If a command loses a role, events of earlier releases keep it
 * here.
 */
export const ROLES_FOR = new Map(
  TYPES.map((type) => {
    const commands = Object.values(COMMANDS).filter(({ event }) => event === type);
    return [type, new Set<Role>(commands.flatMap(({ roles }) => [...roles]))];
  }),
);

export const OFFICE: readonly Invariant[] = [
  {
    name: "founding",
    sentence:
      "Event 1 is the organization, event 2 its first owner. The server causes both (actor 0), and nothing else.",
    checks: ofEvery(function* ({ seq, type, actor, data }) {
      if (seq > 2 && actor === 0) yield "its actor is the server";
      if (seq === 2 && !(type === "UserAdded" && data.role === "owner")) yield "it does not add the first owner";
    }),
  },
  {
    name: "role",
    sentence:
      "Every other event is caused by a user whose role may give its command. (The user is active: the fold refuses others.)",
    checks: ofEvery(function* ({ seq, type, actor }, books) {
      const user = seq > 2 ? books.user(actor) : undefined;
      if (user && !ROLES_FOR.get(type)?.has(user.role)) yield `user ${actor} has the role ${user.role}`;
    }),
  },
  {
    name: "last-owner",
    sentence: "One active owner remains.",
    checks: {
      UserRoleChanged: ({ stream, data }, books) => (data.role === "owner" ? [] : ownerProblems(stream, books)),
      UserDeactivated: ({ stream }, books) => ownerProblems(stream, books),
    },
  },
  {
    name: "series-in-use",
    sentence: "A series that has numbered a document stays in the profile, and stays foreign or not.",
    checks: {
      *OrganizationProfileChanged({ data }, books) {
        for (const { name, foreign } of books.organization()?.profile.series ?? []) {
          if (books.series(name, "").lastIssuedOn === null) continue;
          const now = data.series.find((series) => series.name === name);
          if (now?.foreign !== foreign) yield `series ${name} is in use`;
        }
      },
    },
  },
  {
    name: "series-patterns",
    sentence:
      "A series that makes its own numbers and begins again has the year in its pattern, and the month if it begins again each month.",
    checks: {
      OrganizationRegistered: ({ data }) => patternProblems(data),
      OrganizationProfileChanged: ({ data }) => patternProblems(data),
    },
  },
  {
    name: "saved-rates",
    sentence: "The names of saved VAT rates are unique.",
    checks: {
      OrganizationRegistered: ({ data }) => rateProblems(data),
      OrganizationProfileChanged: ({ data }) => rateProblems(data),
    },
  },
  {
    name: "logo",
    sentence: "The bytes of a logo begin as its media type does.",
    checks: {
      *OrganizationLogoChanged({ data: { logo } }) {
        if (logo && !looksLike(logo.mediaType, logo.image)) yield `the bytes are not ${logo.mediaType}`;
      },
    },
  },
];

function* ownerProblems(id: StreamId, books: Books): Generator<string> {
  const user = books.user(id);
  if (user?.role === "owner" && user.active && books.activeOwners() === 1) yield `user ${id} is the only active owner`;
}

function* patternProblems({ series }: OrganizationProfile): Generator<string> {
  for (const { name, pattern, reset, foreign } of series)
    if (!foreign && !allowsReset(pattern, reset))
      yield `series ${name} begins again ${reset}, with the pattern ${pattern}`;
}

function* rateProblems({ vatRates }: OrganizationProfile): Generator<string> {
  const seen = new Set<string>();
  for (const { name } of vatRates) {
    if (seen.has(uniqueKey(name))) yield `the VAT rate ${name} is listed twice`;
    seen.add(uniqueKey(name));
  }
}
