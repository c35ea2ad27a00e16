/** The changes between the two moments in the address: counted in parts, each of which is on the screen as soon as it is there. */
import { addedUp } from "../../../../projector/queries/changes/add-changes.ts";
import type { Answers } from "../../../contract/contract.ts";
import { word } from "../../state/address.ts";
import { createAnswers } from "../../state/answers.ts";
import { at } from "../../state/at.ts";
import { call } from "../../state/bridge.ts";
import { dataVersion, log } from "../../state/state.ts";
import { type Reply, useAnswer } from "../../state/use-answer.ts";

export type Changes = Answers["getChanges"];
export type ChangeKind = Changes["rows"][number]["kind"];
export type ChangedRow = Answers["listChanges"]["rows"][number];

/** The moments as the address has them: an event, a day or a time. */
export interface SpanWords {
  from: string;
  to?: string;
}

/** Null: there is nothing to compare with yet. */
export function spanInAddress(): SpanWords | null {
  // At a moment, changes end there.
  const [from, to] = [word("from"), word("to") || (at.value ?? "")];
  return from === "" ? null : { from, ...(to !== "" && { to }) };
}

const answers = createAnswers<Changes>({ version: dataVersion, log, max: 8, retainsOld: true });

/** The answer is complete once its `next` is null. */
export function useChanges(span: SpanWords | null): Reply<Changes> {
  return useAnswer(
    answers,
    span && {
      key: JSON.stringify(["changes", span]),
      async read({ isWanted, show }) {
        const parts: Changes[] = [];
        for (let cursor: string | null | undefined; cursor !== null; ) {
          const part: Changes = await call(
            "getChanges",
            { ...span, ...(cursor !== undefined && { cursor }) },
            null, // both moments are named
          );
          if (!isWanted()) return;
          parts.push(part);
          cursor = part.next;
          if (cursor !== null) show(addedUp(parts));
        }
        return addedUp(parts);
      },
    },
  );
}
