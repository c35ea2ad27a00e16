/** E-mail addresses have one spelling: in lower case, and in Unicode's composed form. */
export function normalEmail(typed: string): string {
  return typed.trim().normalize("NFC").toLowerCase();
}
