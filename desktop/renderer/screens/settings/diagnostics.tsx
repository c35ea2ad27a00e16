/** Diagnostics: the data on this device, and the recent syncs. */
import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";
import type { Failure } from "../../../contract/call-error.ts";
import type { Diagnostics as DiagnosticsReply } from "../../../contract/contract.ts";
import { type Fact, Facts } from "../../parts/facts.tsx";
import { Problem } from "../../parts/problem.tsx";
import { call } from "../../state/bridge.ts";
import { failureIn } from "../../state/call-failed.ts";
import { download } from "../../state/download.ts";
import { locale, status } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { bytes, count, time } from "../../text/format.ts";
import { ProofPanel } from "./proof-panel.tsx";

export function Diagnostics(): ComponentChild {
  const { value, failure, retry } = useCall("getDiagnostics", {});
  return (
    <>
      <header class="page-head">
        <h1>Diagnostics</h1>
      </header>
      {failure && <Problem failure={failure} retry={retry} />}
      {value ? <Panels diagnostics={value} /> : !failure && <p class="waiting">Loading…</p>}
    </>
  );
}

function Panels({ diagnostics }: { diagnostics: DiagnosticsReply }): ComponentChild {
  return (
    <>
      <div class="two-panels even">
        <section class="panel">
          <h2>Data</h2>
          <Facts facts={factsOf(diagnostics)} />
        </section>
        <section class="panel">
          <h2>Versions</h2>
          <Facts
            facts={Object.entries(diagnostics.versions).map(([name, version]) => [NAMES[name] ?? name, version])}
          />
        </section>
      </div>
      <ProofPanel diagnostics={diagnostics} />
      <section class="panel">
        <h2>Files</h2>
        <p class="detail">{diagnostics.folder}</p>
        <Files files={diagnostics.files} />
      </section>
      <section class="panel">
        <h2>Recent syncs</h2>
        <Syncs syncs={diagnostics.syncs} />
      </section>
      <Actions />
    </>
  );
}

/** The names of the components that have versions. */
const NAMES: Readonly<Record<string, string>> = {
  app: "Invoify",
  node: "Node",
  electron: "Electron",
  sqlite: "SQLite",
  projector: "Tables",
  system: "System",
};

function factsOf({ status: { server, user, log, head, checkpoint }, mirror }: DiagnosticsReply): Fact[] {
  const number = (value: number) => count(value, locale.value);
  return [
    ["Server", server],
    ["Logged in as", user && `${user.name} (${user.email}), ${user.role}`],
    ["Log", log],
    ["Server's head", number(head)],
    [
      "Mirror's head",
      mirror && `${number(mirror.head)}${mirror.generation > 1 ? `, generation ${mirror.generation}` : ""}`,
    ],
    ["Cache's checkpoint", number(checkpoint)],
    ["Digest", <Digest key={checkpoint} />],
  ];
}

/** A hash over all rows of the cache: equal digests mean equal caches. It takes a while to compute. */
function Digest(): ComponentChild {
  const [digest, setDigest] = useState<string | null>(null);
  const { busy, failure, run } = useWork(async () => {
    setDigest((await call("getDiagnostics", { digest: true })).digest);
  });
  if (digest) return <code>{digest}</code>;
  return (
    <>
      <button type="button" class="plain" disabled={busy} onClick={run}>
        {busy ? "Computing…" : "Compute"}
      </button>
      {failure && <Problem failure={failure} />}
    </>
  );
}

function Files({ files }: { files: DiagnosticsReply["files"] }): ComponentChild {
  return (
    <table class="table">
      <thead>
        <tr>
          <th scope="col">File</th>
          <th scope="col" class="number">
            Size
          </th>
        </tr>
      </thead>
      <tbody>
        {files.map(({ name, bytes: size }) => (
          <tr key={name}>
            <td class="breaks">{name}</td>
            <td class="number">{bytes(size, locale.value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Syncs({ syncs }: { syncs: DiagnosticsReply["syncs"] }): ComponentChild {
  if (syncs.length === 0) return <p class="detail">None yet.</p>;
  const number = (value: number) => count(value, locale.value);
  return (
    <table class="table">
      <thead>
        <tr>
          <th scope="col">Time</th>
          <th scope="col">Result</th>
          <th scope="col" class="number">
            New events
          </th>
          <th scope="col" class="number minor">
            Up to
          </th>
          <th scope="col" class="number minor">
            Duration
          </th>
        </tr>
      </thead>
      <tbody>
        {syncs.map(({ at, seq, events, durationMs, error }, n) => (
          <tr key={`${at} ${n}`}>
            <td>{time(at, locale.value)}</td>
            <td>
              {error ? (
                <span class="badge" data-tone="danger">
                  {error}
                </span>
              ) : (
                <span class="badge" data-tone="good">
                  OK
                </span>
              )}
            </td>
            <td class="number">{number(events)}</td>
            <td class="number minor">{number(seq)}</td>
            <td class="number minor">{number(durationMs)} ms</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Actions(): ComponentChild {
  const rebuilding = useWork(async () => {
    await call("rebuildCache", {});
  });
  const exporting = useWork(async () => {
    const { name, text } = await call("exportDiagnostics", {});
    download(name, text, "application/json");
  });
  const busy = status.value?.phase !== "idle";
  return (
    <section class="panel">
      <h2>Troubleshooting</h2>
      <div class="actions">
        <div>
          <button type="button" class="plain" disabled={rebuilding.busy || busy} onClick={rebuilding.run}>
            {rebuilding.busy ? "Rebuilding…" : "Rebuild cache"}
          </button>
          <p class="detail">Rebuilds the tables from the local copy of the log. Nothing is lost.</p>
          {rebuilding.failure && <Problem failure={rebuilding.failure} />}
          {rebuilding.done && <p role="status">The cache was rebuilt.</p>}
        </div>
        <div>
          <button type="button" class="plain" disabled={exporting.busy} onClick={exporting.run}>
            {exporting.busy ? "Exporting…" : "Export diagnostics"}
          </button>
          <p class="detail">
            A file for support with versions, sizes and syncs. It contains no names, amounts or addresses.
          </p>
          {exporting.failure && <Problem failure={exporting.failure} />}
        </div>
      </div>
    </section>
  );
}

interface Work {
  busy: boolean;
  done: boolean;
  failure: Failure | null;
  run: () => void;
}

/** Runs work that takes a while and may fail. */
function useWork(work: () => Promise<void>): Work {
  const [state, setState] = useState<Omit<Work, "run">>({ busy: false, done: false, failure: null });
  const run = () => {
    setState({ busy: true, done: false, failure: null });
    work().then(
      () => setState({ busy: false, done: true, failure: null }),
      (error) => setState({ busy: false, done: false, failure: failureIn(error) }),
    );
  };
  return { ...state, run };
}
