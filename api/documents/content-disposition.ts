/** The header that names a file (RFC 6266). */

/** The name for everybody, and before it one in ASCII for those who cannot read it. */
export function attachment(name: string): string {
  const plain = name.normalize("NFKD").replaceAll(/\p{M}/gu, "");
  const ascii = plain.replaceAll(/[^ -~]/gu, "_").replaceAll(/["\\%]/g, "_");
  const all = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${all}`;
}
