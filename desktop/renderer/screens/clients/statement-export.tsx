/** Exports a statement of account as CSV. */
import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";
import type { Argument } from "../../../contract/arguments.ts";
import type { Failure } from "../../../contract/call-error.ts";
import { Problem } from "../../parts/problem.tsx";
import { call } from "../../state/bridge.ts";
import { CallFailed } from "../../state/call-failed.ts";
import { download } from "../../state/download.ts";
import { locale } from "../../state/state.ts";
import { fileMoment } from "../../text/moments/moment-words.ts";

interface StatementExportProps {
  /** The statement on the screen; null until its period is known. */
  account: Argument<"getStatement"> | null;
  /** The file's name, without `.csv`. */
  name: string;
}

export function StatementExport({ account, name }: StatementExportProps): ComponentChild {
  const [failure, setFailure] = useState<Failure | null>(null);
  const run = async () => {
    if (account === null) return;
    setFailure(null);
    const file = [name, fileMoment()].filter((part) => part !== null).join("-");
    try {
      const csv = await call("exportStatement", { ...account, locale: locale.value });
      if (csv !== null) download(`${file}.csv`, csv, "text/csv;charset=utf-8");
    } catch (error) {
      setFailure(error instanceof CallFailed ? error.failure : { code: "INTERNAL", message: String(error) });
    }
  };
  return (
    <>
      <button type="button" class="plain" disabled={account === null} onClick={() => void run()}>
        Export CSV
      </button>
      {failure && <Problem failure={failure} retry={() => void run()} />}
    </>
  );
}
