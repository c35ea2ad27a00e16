/** The proof that an event is in a log, as text that is verified offline. */
import { LogError } from "../../events/errors.ts";
import { eventHash, sameBytes } from "../../events/hash.ts";
import type { EventLog, LogId } from "../../events/log/log.ts";
import { tilesOf } from "../../events/proofs/growing-tree.ts";
import { formatProof, parseProof } from "../../events/proofs/proof-text.ts";
import { readSignedCheckpoint } from "../../events/proofs/signed-checkpoint.ts";
import { inclusionProof } from "../../events/proofs/tile-proofs.ts";
import { leafHash } from "../../events/proofs/tree.ts";
import { parseOrigin } from "../../events/proofs/tree-head.ts";
import { checkInclusion } from "../../events/proofs/verify-proofs.ts";
import type { Sequence } from "../../events/sequence.ts";
import type { ProofRequests } from "../../events/sources/http/proof-requests.ts";
import { UsageError } from "../command-line/failure.ts";
import type { SavedCheckpoint } from "../verify/saved-checkpoints.ts";

/**
 * Makes the proof from a log and a signed checkpoint of it.
 *
 * @throws UsageError if the checkpoint is older than the event; LogError ALTERED if the log is not what was signed
 */
export async function proveFromLog(log: EventLog, seq: Sequence, saved: readonly SavedCheckpoint[]): Promise<string> {
  const newest = saved.toSorted((a, b) => a.size - b.size).at(-1);
  if (!newest || newest.size < seq)
    throw new UsageError(
      `${newest?.name ?? "the file"}: a checkpoint of ${newest?.size ?? 0} events does not prove event ${seq}; use a later one`,
    );
  if (!newest.isSigned) throw new UsageError(`${newest.name}: is not signed; a proof needs a signed checkpoint`);
  const { tiles, size, root } = await tilesOf(entriesOf(log, newest.size));
  if (size !== newest.size || !sameBytes(root, newest.root))
    throw new LogError(
      "ALTERED",
      `${log.name}: its first ${newest.size} events are not those that ${newest.name} is about`,
    );
  return formatProof({ index: seq - 1, hashes: await inclusionProof(tiles, seq - 1, size), checkpoint: newest.note });
}

/**
 * Fetches the proof from a server, and checks that it proves this event. Who signed it is checked by whoever uses it.
 *
 * @throws UsageError if the server has no proof of it; ProofError
 */
export async function proveByServer(
  server: ProofRequests,
  { log, seq, body }: { log: LogId; seq: Sequence; body: Uint8Array },
): Promise<string> {
  const text = await server.proof(seq);
  if (text === null) throw new UsageError(`${server.name}: has no proof of event ${seq}: it signs nothing, or not yet`);
  const what = `${server.name}: its proof of event ${seq}`;
  const { index, hashes, checkpoint } = parseProof(text, what);
  const { origin, size, root } = readSignedCheckpoint(checkpoint, what);
  if (index !== seq - 1) throw new LogError("UNPROVEN", `${what}: is about event ${index + 1}`);
  if (parseOrigin(origin)?.log !== log) throw new LogError("UNPROVEN", `${what}: is about ${origin}`);
  checkInclusion({ index, size, leaf: leafHash(eventHash(body)), hashes, root });
  return text;
}

async function* entriesOf(log: EventLog, upTo: Sequence): AsyncGenerator<Buffer> {
  for await (const { bodies } of log.read({ after: 0, upTo })) for (const body of bodies) yield eventHash(body);
}
