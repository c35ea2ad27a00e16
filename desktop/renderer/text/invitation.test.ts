/** One-time links, as people hand them on. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { newLink } from "../../../api/sessions/one-time-links.ts";
import { invitationText, parseInvitation } from "./invitation.ts";

const { token } = newLink(0);

test("a link comes back from its text, and from a message that it is in", () => {
  for (const server of ["https://invoices.example", "http://127.0.0.1:8080"]) {
    const text = invitationText(server, token);
    for (const pasted of [text, ` ${text}\n`, `Welcome! Paste this:\n${text}\nSee you`, `<${text}>`])
      assert.deepEqual(parseInvitation(pasted), { server, invitation: token });
  }
});

test("a token alone says no server; anything else is no invitation", () => {
  assert.deepEqual(parseInvitation(` ${token} `), { server: null, invitation: token });
  for (const other of [
    "",
    "hello",
    "https://invoices.example",
    "https://invoices.example/#invitation=",
    "a word and another",
  ])
    assert.equal(parseInvitation(other), null, other);
});
