/** The calls that have no moment, because they are about this device, the session or the account. */
import type { ReadName } from "../../projector/queries/reads/reads.ts";
import type { CallName } from "./arguments.ts";

/** Leaving one out does not compile. Writes have the moment, so that the worker refuses them in the past. */
const DEVICE_CALLS: Record<
  Exclude<CallName, ReadName | "write" | "writeAgain" | "documentFile" | "statementFile">,
  true
> = {
  pullFromServer: true,
  getStatus: true,
  getOnlineStatus: true,
  setAuthToken: true,
  setServer: true,
  login: true,
  logout: true,
  getSignUp: true,
  createOrganization: true,
  acceptInvitation: true,
  newLink: true,
  changePassword: true,
  pullAfresh: true,
  keepInput: true,
  getInput: true,
  listInputs: true,
  forgetInput: true,
  getCodeLists: true,
  getSettings: true,
  setSettings: true,
  getEncryption: true,
  setEncryption: true,
  getDiagnostics: true,
  getEventProof: true,
  exportDiagnostics: true,
  exportEvidence: true,
  trustKey: true,
  rebuildCache: true,
};

export const IS_OF_DEVICE: ReadonlySet<string> = new Set(Object.keys(DEVICE_CALLS));
