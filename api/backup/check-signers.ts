import { LogError } from "../../events/errors.ts";
import { openSignedCheckpoint } from "../../events/proofs/signed-checkpoint.ts";
import type { PublicKey } from "../../events/proofs/verifier-key.ts";
import type { BackupFile } from "./backup-file.ts";

/**
 * Checks that keys have signed each log of a backup, up to its last event.
 *
 * @throws ProofError unsigned or forged; LogError UNPROVEN if the end of a log, or all of it, is not signed
 */
export async function checkSigners(backup: BackupFile, keys: readonly PublicKey[]): Promise<void> {
  for (const { log, events } of backup.manifest.logs) {
    const file = await backup.openLog(log);
    try {
      if (file.checkpoint === null) throw new LogError("UNPROVEN", `${file.name}: has no signed checkpoint`);
      const { size } = openSignedCheckpoint(file.checkpoint, { keys, log }, `the checkpoint in ${file.name}`);
      if (size < events)
        throw new LogError("UNPROVEN", `${file.name}: only ${size} of its ${events} events are signed`);
    } finally {
      await file.close();
    }
  }
}
