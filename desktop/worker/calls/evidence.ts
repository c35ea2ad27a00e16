/** The evidence of this device about the history of the open log, as a file for an auditor. */
import type { Desktop } from "../sync/desktop.ts";

/** Raised when the fields below change. */
const FORMAT = "invoify/evidence/v1";

/**
 * The keys that were trusted, every signed checkpoint that is kept, and what contradicts what. It contains nothing of the
 * company: a signed checkpoint is a log's id, a count of events and a hash.
 *
 * @throws CallError LOGIN_NEEDED
 */
export function evidenceText({ history: { trust }, status }: Desktop): string {
  const { verified, rehashed, altered, restored, behind } = status.proof;
  const time = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  const evidence = {
    format: FORMAT,
    log: trust.log,
    exportedAt: new Date().toISOString(),
    verified: verified && { seq: verified.seq, at: time(verified.at), signedAt: time(verified.signedAt) },
    rehashed: rehashed && { seq: rehashed.seq, at: time(rehashed.at) },
    altered: altered && { ...altered, foundAt: time(altered.foundAt), event: undefined },
    restored: restored && { ...restored, at: time(restored.at) },
    behind,
    keys: trust.keys().map(({ since, ...key }) => ({ ...key, since: time(since) })),
    checkpoints: trust.checkpoints().map(({ root, seenAt, signedAt, setAside, ...seen }) => ({
      ...seen,
      root: Buffer.from(root).toString("base64"),
      seenAt: time(seenAt),
      signedAt: time(signedAt),
      setAside: time(setAside),
    })),
  };
  return `${JSON.stringify(evidence, null, 2)}\n`;
}
