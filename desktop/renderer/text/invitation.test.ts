import assert from "node:assert/strict";
import { test } from "node:test";
import { newLink } from "../../../api/sessions/one-time-links.ts";
import { invitationText, parseInvitation } from "./invitation.ts";

const { token } = newLink(0);

test("parseInvitation() reads a link, alone or inside a message", () => {
  for (const server of ["https://invoices.example", "http://127.0.0.1:8080"]) {
    const text = invitationText(server, token);
    for (const pasted of [text, ` ${text}\n`, `Welcome! Paste this:\n${text}\nSee you`, `<${text}>`])
      assert.deepEqual(parseInvitation(pasted), { server, invitation: token });
  }
});

test("parseInvitation() reads a token alone, without a server, and returns null for any other text", () => {
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
