/** A write whose response was lost is settled as soon as its event arrives with a sync. */
import type Database from "better-sqlite3";
import { parseUuidV7 } from "../../../events/uuid.ts";
import type { UnsentInputs } from "../server/unsent-inputs.ts";

/** Deletes the input of all forms whose write is in the cache: the key of a write is the id of its event. */
export function deleteArrived(inputs: UnsentInputs, reader: Database.Database): void {
  const pending = inputs.pendingWrites();
  if (pending.length === 0) return;
  const find = reader.prepare<[Uint8Array], number>("SELECT seq FROM activity WHERE event_id = ?").pluck();
  for (const { form, key } of pending) {
    const id = parseUuidV7(key);
    if (form !== undefined && id && find.get(id) !== undefined) inputs.deleteSent(form, key);
  }
}
