/** Whether a secret of the configuration was drawn at random. */

const MIN_LENGTH = 32;
const MIN_CHARACTERS = 8;

/** Words of examples and of typed text. A random base64 secret contains one by chance in fewer than 1 : 1,000,000 cases. */
const WORDS =
  /change[-_ .]?(?:me|this|it)|replace|secret|password|passwort|example|placeholder|insecure|default|development|production|invoify|qwerty|asdfgh|letmein|abc123/gi;
/** A secret with such a word must have this many digits beside it: then the rest is no text. */
const MIN_DIGITS = 4;

/**
 * A secret runs through the alphabet if this share of its characters stand beside their neighbours there. Of 32 random
 * hexadecimal digits, half do so in 1 : 50,000 secrets, and three quarters in fewer than 1 : 10^11.
 */
const MAX_RUNS = 3 / 4;

/**
 * False for a secret that can be guessed: one that is short, repeats itself, runs through the alphabet, or is made of
 * words. `openssl rand` makes secrets that pass, as base64 or as hexadecimal digits; so do UUIDs and lists of random words.
 */
export function isRandom(secret: string): boolean {
  const rest = secret.replace(WORDS, "");
  if (rest !== secret && rest.replace(/\D/g, "").length < MIN_DIGITS) return false;
  if (rest.length < MIN_LENGTH || new Set(rest).size < MIN_CHARACTERS) return false;
  const triples = new Set(Array.from({ length: rest.length - 2 }, (_, at) => rest.slice(at, at + 3)));
  const steps = Array.from({ length: rest.length - 1 }, (_, at) => rest.charCodeAt(at + 1) - rest.charCodeAt(at));
  const runs = steps.filter((step) => Math.abs(step) <= 1).length;
  return triples.size > ((rest.length - 2) * 2) / 3 && runs < steps.length * MAX_RUNS;
}
