/** Saves what this device knows about the history as a file, for an auditor or the operator of the server. */
import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";
import type { Failure } from "../../contract/call-error.ts";
import { call } from "../state/bridge.ts";
import { failureIn } from "../state/call-failed.ts";
import { download } from "../state/download.ts";
import { Problem } from "./problem.tsx";

/** @param isMain it is what to do first */
export function EvidenceButton({ isMain = false }: { isMain?: boolean }): ComponentChild {
  const [failure, setFailure] = useState<Failure | null>(null);
  const save = async () => {
    try {
      const { name, text } = await call("exportEvidence", {});
      download(name, text, "application/json");
      setFailure(null);
    } catch (error) {
      setFailure(failureIn(error));
    }
  };
  return (
    <>
      <button type="button" class={isMain ? undefined : "plain"} onClick={() => void save()}>
        Save evidence
      </button>
      {failure && <Problem failure={failure} />}
    </>
  );
}
