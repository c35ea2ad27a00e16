/** E-mail addresses are kept in lower case and composed form, so that each has one spelling. */
export function normalEmail(typed: string): string {
  return typed.trim().normalize("NFC").toLowerCase();
}
