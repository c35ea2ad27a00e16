/** E-mail addresses are stored in lower case and in Unicode's composed form, so that each one has one spelling. */
const LABEL = "[\\p{L}\\p{M}\\p{N}](?:[\\p{L}\\p{M}\\p{N}-]{0,61}[\\p{L}\\p{M}\\p{N}])?";
/** A name of labels between dots, or an address in brackets. */
const DOMAIN = new RegExp(`^(?:${LABEL}(?:\\.${LABEL})*|\\[[\\da-f:.]+\\])$`, "u");

/** The domain of an address if no mail can be sent to it, such as `e..com`; null if it has the form of one. */
export function brokenDomain(address: string): string | null {
  const domain = address.slice(address.lastIndexOf("@") + 1);
  return DOMAIN.test(domain) ? null : domain;
}

export function normalEmail(typed: string): string {
  return typed.trim().normalize("NFC").toLowerCase();
}
