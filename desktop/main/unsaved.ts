/** What an end of the app could lose, asked of the worker. */
import type { InputLabel, UpdateState } from "../contract/contract.ts";
import type { WorkerLink } from "../shell/worker-link.ts";

/** @returns null if nothing is typed and not sent, and no command is without its answer */
export async function unsavedIn(link: Pick<WorkerLink, "call" | "isWriting">): Promise<UpdateState["waitsFor"]> {
  if (link.isWriting) return "answer";
  const answer = await link.call("listInputs", {});
  // Nobody is logged in, so nobody types. A worker that does not answer may hold something.
  if (!answer.ok) return answer.failure.code === "LOGIN_NEEDED" ? null : "input";
  const inputs = answer.value as InputLabel[];
  if (inputs.some(({ sending }) => sending)) return "answer";
  return inputs.length > 0 ? "input" : null;
}
