/** E-mail addresses are stored in lower case and in Unicode's composed form, so that each one has one spelling. */
export function normalEmail(typed: string): string {
  return typed.trim().normalize("NFC").toLowerCase();
}
