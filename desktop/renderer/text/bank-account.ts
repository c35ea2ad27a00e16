/** Bank accounts as users type them: an IBAN with its check digits (ISO 13616), and a BIC (ISO 9362). */

/** The stored form: capitals, without spaces and hyphens. */
export function normalizeAccount(typed: string): string {
  return typed.replaceAll(/[\s\u00a0-]/g, "").toUpperCase();
}

/** The printed form: groups of four. @param separator a no-break space if a line may not end within the number */
export function formatIban(iban: string, separator = " "): string {
  return iban.replaceAll(/(.{4})(?=.)/g, `$1${separator}`);
}

/** What is wrong with a normalized IBAN; null: its form and its check digits are right. */
export function ibanProblem(iban: string): string | null {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(iban))
    return "is not an IBAN: two letters, two digits, and up to 30 letters and digits";
  return remainder97(iban.slice(4) + iban.slice(0, 4)) === 1
    ? null
    : "has check digits that do not match: one of its letters or digits is wrong";
}

/** What is wrong with a normalized BIC; null: nothing. */
export function bicProblem(bic: string): string | null {
  return /^[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?$/.test(bic) ? null : "is not a BIC: 8 or 11 letters and digits";
}

/** The text as a number modulo 97, with A to Z as 10 to 35. */
function remainder97(text: string): number {
  let remainder = 0;
  for (const character of text) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder;
}
