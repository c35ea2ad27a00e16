/** Checks a new password, which the user types twice. */

/** The shortest password that the server accepts, in characters. */
export const SHORTEST_PASSWORD = 10;

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
