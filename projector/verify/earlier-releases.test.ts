/** What release 0.1.0 could decide stays possible, so its logs stay valid. Lines are added, and never changed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Role } from "../../events/business/roles.ts";
import { canFollow, STATES, type STEPS } from "../../events/business/steps.ts";
import { ROLES_FOR } from "./office.ts";

/** The states that each event could follow, and the roles of the users who could cause it. */
const POSSIBLE: Readonly<Partial<Record<keyof typeof STEPS, string>>> = {
  OrganizationProfileChanged: "registered; owner",
  OrganizationLogoChanged: "registered; owner",
  UserAdded: "; owner",
  UserDetailsChanged: "active deactivated; owner",
  UserRoleChanged: "active deactivated; owner",
  UserDeactivated: "active; owner",
  UserReactivated: "deactivated; owner",
  UserSessionsEnded: "active deactivated; owner",
  ClientRegistered: "; owner clerk",
  ClientDetailsChanged: "active; owner clerk",
  ClientArchived: "active; owner clerk",
  ClientRestored: "archived; owner clerk",
  ItemAdded: "; owner clerk",
  ItemChanged: "active; owner clerk",
  ItemArchived: "active; owner clerk",
  ItemRestored: "archived; owner clerk",
  InvoiceDrafted: "; owner clerk",
  InvoiceRevised: "draft; owner clerk",
  InvoiceDraftDiscarded: "draft; owner clerk",
  InvoiceIssued: "draft; owner clerk",
  InvoiceVoided: "issued; owner clerk",
  CreditApplied: "issued; owner clerk",
  PaymentReceived: "; owner clerk",
  PaymentReallocated: "received; owner clerk",
  PaymentReversed: "received; owner clerk",
};

test("events of earlier releases can still follow the states that they could, by users of the roles that could cause them", () => {
  const known = new Set<string>(Object.values(STATES).flat());
  for (const [type, text] of Object.entries(POSSIBLE) as [keyof typeof STEPS, string][]) {
    const [states = [], roles = []] = text.split("; ").map((words) => words.split(" ").filter(Boolean));
    for (const state of states) {
      assert.ok(known.has(state), state);
      assert.ok(canFollow(type, state as never), `${type} can follow ${state}`);
    }
    assert.ok(roles.length > 0, type);
    for (const role of roles)
      assert.ok(ROLES_FOR.get(type)?.has(role as Role), `${type} by a user of the role ${role}`);
  }
});
