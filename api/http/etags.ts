/** Compares the tags of responses that a client already has (`If-None-Match`). */

/** True if `If-None-Match` contains the tag: the client already has the response. */
export function isHeld(etag: string, ifNoneMatch: string | undefined): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(",").some((tag) => ["*", etag, `W/${etag}`].includes(tag.trim()));
}
