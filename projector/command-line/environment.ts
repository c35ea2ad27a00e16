/** Values in environment variables. */
import { UsageError } from "./failure.ts";

/**
 * Reads a whole number from an environment variable.
 *
 * @param otherwise the value if the variable is not set, or empty
 * @throws UsageError naming the variable if it is no whole number from `min` to `max`
 */
export function wholeNumberIn(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
  otherwise: number,
  { min = 1, max = 1_000_000_000 }: { min?: number; max?: number } = {},
): number {
  const text = env[name];
  if (text === undefined || text === "") return otherwise;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new UsageError(`${name} is a whole number from ${min} to ${max}, not ${JSON.stringify(text)}`);
}

/** Some of these words, separated by commas; all of them if the variable is not set. @throws UsageError naming a word that is none */
export function wordsIn<const W extends string>(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
  words: readonly W[],
): readonly W[] {
  const text = env[name];
  if (text === undefined || text === "") return words;
  return text.split(",").map((part) => {
    const word = words.find((known) => known === part.trim());
    if (word === undefined) throw new UsageError(`${name}: ${JSON.stringify(part)} is none of ${words.join(", ")}`);
    return word;
  });
}

/** The port in INVOIFY_PORT, or 8080. @throws UsageError */
export function portIn(env: Readonly<Record<string, string | undefined>>): number {
  return wholeNumberIn(env, "INVOIFY_PORT", 8080, { min: 0, max: 65_535 });
}
