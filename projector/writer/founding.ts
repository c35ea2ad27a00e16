/** Founds an organization: the two events that the server decides without a user. */
import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import type { Books } from "../../events/business/books.ts";
import {
  type OrganizationProfile,
  organizationExists,
  registerOrganization,
} from "../../events/business/organization.ts";
import { addUser, type userAdded } from "../../events/business/user.ts";
import type { EventType, Fact, StreamKind } from "../../events/encoding/catalogue.ts";
import { decodeEvent } from "../../events/encoding/event.ts";
import type { EarlierEvent, Write } from "./decide.ts";

export type Owner = Omit<z.infer<typeof userAdded>, "role">;

/** Registers the organization: event 1. */
export function registrationOf(profile: OrganizationProfile): Write {
  return serverWrite("organization", "OrganizationRegistered", profile, (books) =>
    registerOrganization(books, profile),
  );
}

/**
 * Adds its owner: event 2.
 *
 * @param isFoundedHere true if event 1 is the registration of the same call, so that no one becomes the owner of an
 *   organization that another call has founded
 */
export function ownerOf(profile: OrganizationProfile, owner: Owner, isFoundedHere: () => boolean): Write {
  const user = { ...owner, role: "owner" } as const;
  return serverWrite("user", "UserAdded", user, (books) => {
    if (!isFoundedHere() || !isDeepStrictEqual(books.organization()?.profile, profile)) throw organizationExists();
    return addUser(books, user);
  });
}

function serverWrite(stream: StreamKind, event: EventType, data: object, decide: (books: Books) => Fact): Write {
  const base = { stream, event, begins: true, id: 0, actor: 0, ifMatch: null, request: null };
  // There is no hash of a command: a retry is recognized by equal data.
  const isRetryOf = (earlier: EarlierEvent) =>
    earlier.actor === 0 && earlier.type === event && isDeepStrictEqual(decodeEvent(earlier.body).data, data);
  return { ...base, authorize: () => {}, decide, isRetryOf };
}
