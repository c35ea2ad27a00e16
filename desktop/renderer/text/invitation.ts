/** One-time links as users pass them on: the server's address, and a token that can be used once. */

/** Precedes the token. A browser sends no part after `#` to the server, even if a user opens the link by mistake. */
const MARK = "#invitation=";

interface PastedInvitation {
  /** Null if the text names no server. */
  server: string | null;
  invitation: string;
}

export function invitationText(server: string, invitation: string): string {
  return `${server}/${MARK}${invitation}`;
}

/** Reads pasted text: a link, a message that contains a link, or a token alone. @returns null for any other text */
export function parseInvitation(text: string): PastedInvitation | null {
  const [, server, token] = /(https?:\/\/[^\s#]+?)\/?#invitation=([\w-]{16,200})/.exec(text) ?? [];
  if (server !== undefined && token !== undefined) return { server, invitation: token };
  const [bareToken] = /^[\w-]{16,200}$/.exec(text.trim()) ?? [];
  return bareToken === undefined ? null : { server: null, invitation: bareToken };
}
