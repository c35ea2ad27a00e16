/** Checks a new password, which the user types twice. */
import type { Failure } from "../../contract/call-error.ts";

/** The shortest password that the server accepts, in characters. */
const SHORTEST_PASSWORD = 10;

export const PASSWORD_HINT = `At least ${SHORTEST_PASSWORD} characters.`;

/** What is wrong with it; null: nothing. */
export function passwordProblem(
  password: string,
  again: string,
): { field: "password" | "again"; message: string } | null {
  if (password.length < SHORTEST_PASSWORD)
    return { field: "password", message: `is too short: at least ${SHORTEST_PASSWORD} characters` };
  if (password !== again) return { field: "again", message: "The passwords do not match." };
  return null;
}

/** Why the server finds a password easy to guess, in the user's words. */
const WEAKNESSES: Readonly<Record<string, string>> = {
  repeats: "Easy to guess: it repeats a few characters.",
  sequence: "Easy to guess: it is a sequence, such as abcdef or qwerty.",
  about_you: "Easy to guess: it is little more than your name, e-mail address or organization.",
  common: "Easy to guess: it is a common password, or close to one.",
};

/** Shows at the field of the new password that it is easy to guess. Other failures stay as they are. */
export function atPasswordField(failure: Failure, field: string): Failure {
  if (failure.code !== "PASSWORD_TOO_WEAK") return failure;
  const why = WEAKNESSES[String(failure.values?.reason)] ?? "Easy to guess.";
  return { ...failure, field, message: `${why} Try three words that do not belong together.` };
}
