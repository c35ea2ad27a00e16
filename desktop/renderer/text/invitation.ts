/** One-time links as people hand them on: the server's address, and the token that is good once. */

/** Begins the token in the link: what comes after `#` is never sent to a server by who opens it by mistake. */
const MARK = "#invitation=";

export interface Invited {
  /** Null: it does not say. */
  server: string | null;
  invitation: string;
}

export function invitationText(server: string, invitation: string): string {
  return `${server}/${MARK}${invitation}`;
}

/** What is in a text that somebody pasted: a link, a message with one in it, or the token alone. Null: none of them. */
export function parseInvitation(text: string): Invited | null {
  const [, server, token] = /(https?:\/\/[^\s/#]+)\/?#invitation=([\w-]{16,200})/.exec(text) ?? [];
  if (server !== undefined && token !== undefined) return { server, invitation: token };
  const [alone] = /^[\w-]{16,200}$/.exec(text.trim()) ?? [];
  return alone === undefined ? null : { server: null, invitation: alone };
}
