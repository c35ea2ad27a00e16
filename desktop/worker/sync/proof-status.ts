/** What is proven, for the windows. */
import type Database from "better-sqlite3";
import type { Sequence } from "../../../events/sequence.ts";
import { prepare } from "../../../projector/queries/prepared.ts";
import type { ServerFacts } from "../../../projector/trust/history-proof.ts";
import type { Proof } from "../../contract/proof.ts";
import type { LocalCopy } from "./local-copy.ts";

/** @param facts what was learned from the server */
export function proofOf(facts: ServerFacts, { history, reader }: LocalCopy): Proof {
  const { verified, rehashed, altered } = history.facts;
  const eventOf = (seq: Sequence | null) => (seq === null || reader === null ? null : eventAt(reader, seq));
  const { restored, behind } = facts;
  return {
    ...facts,
    verified,
    rehashed,
    altered: altered && { ...altered, event: eventOf(altered.seq) },
    behind: behind && { ...behind, event: eventOf(behind.first) },
    restored: restored && { ...restored, since: eventOf(restored.upTo + 1)?.at ?? null },
  };
}

/** When an event was recorded, and by whom, as this device has it. */
function eventAt(reader: Database.Database, seq: Sequence): { at: number; actor: string | null } | null {
  const sql = 'SELECT a.at, u.name AS actor FROM activity AS a LEFT JOIN "user" AS u ON u.id = a.actor WHERE a.seq = ?';
  return prepare<[number], { at: number; actor: string | null }>(reader, sql).get(seq) ?? null;
}
