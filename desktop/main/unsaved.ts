/** Asks the worker what would be lost if the app quits now. */
import type { InputLabel } from "../contract/contract.ts";
import type { UpdateState } from "../contract/electron-bridge.ts";
import type { WorkerLink } from "../shell/worker-link.ts";

/** @returns null if there is no unsent input, and no write without a response */
export async function unsavedIn(link: Pick<WorkerLink, "call" | "isWriting">): Promise<UpdateState["waitsFor"]> {
  if (link.isWriting) return "answer";
  const answer = await link.call("listInputs", {});
  // Without a login there is no input. If the worker does not answer, there may be some.
  if (!answer.ok) return answer.failure.code === "LOGIN_NEEDED" ? null : "input";
  const inputs = answer.value as InputLabel[];
  if (inputs.some(({ sending }) => sending)) return "answer";
  return inputs.length > 0 ? "input" : null;
}
