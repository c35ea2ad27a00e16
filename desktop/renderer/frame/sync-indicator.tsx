/** Shows how current the data is, on every screen. */
import type { ComponentChild } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { SyncStatus } from "../../contract/contract.ts";
import { unsent } from "../form/unsent.ts";
import { adviceFor } from "../parts/problem.tsx";
import { locale, status } from "../state/state.ts";
import { ago, count } from "../text/format.ts";
import { syncNow } from "./sync-now.ts";

/** How often "2 minutes ago" is updated, ms. */
const TICK_MS = 15_000;

export function SyncIndicator(): ComponentChild {
  const now = useNow();
  const current = status.value;
  if (!current) return null;
  const { state, words } = stateOf(current, now);
  const busy = current.phase !== "idle";
  return (
    <div class="sync" data-state={state}>
      <p class="sync-state" role="status">
        <span class="dot" aria-hidden="true" />
        {words}
      </p>
      <ProofLine status={current} />
      {current.progress && <ProgressBar status={current} />}
      {unsent.value.length > 0 && (
        <p class="detail">
          <a href="#/unsent">{count(unsent.value.length, locale.value)} not sent yet</a>
        </p>
      )}
      {current.error && <p class="sync-error">{adviceFor(current.error) ?? current.error.message}</p>}
      <p class="sync-actions">
        <button type="button" class="plain" onClick={() => void syncNow()} disabled={busy} title="Sync now (F5)">
          {busy ? "Syncing…" : "Sync now"}
        </button>
        <a href="#/diagnostics" aria-label="Details of syncing">
          Details
        </a>
      </p>
    </div>
  );
}

/** Up to which event this device's copy agrees with what the server signed. */
function ProofLine({ status: { proof, checkpoint, initialized } }: { status: SyncStatus }): ComponentChild {
  if (!initialized) return null;
  if (proof.state === "unsigned")
    return (
      <p class="detail">
        <a href="#/diagnostics">Not signed by the server</a>
      </p>
    );
  if (!proof.verified) return null;
  const newer = checkpoint - proof.verified.seq;
  const title = newer > 0 ? `${count(newer, locale.value)} newer changes are not verified yet` : undefined;
  return (
    <p class="detail" title={title}>
      Verified to event {count(proof.verified.seq, locale.value)}
    </p>
  );
}

export function ProgressBar({ status: { progress, phase } }: { status: SyncStatus }): ComponentChild {
  if (!progress) return null;
  const { seq, head, rate, secondsLeft } = progress;
  const of = head === null ? "" : ` of ${count(head, locale.value)}`;
  const left = secondsLeft === null || secondsLeft < 2 ? "" : `, ${durationText(secondsLeft)} left`;
  const what = phase === "building" ? "Preparing" : "Downloading";
  return (
    <div class="progress">
      <progress value={head ? seq : undefined} max={head ?? undefined} aria-label={`${what} your data`} />
      <p>
        {what} {count(seq, locale.value)}
        {of} records, {count(rate, locale.value)}/s{left}
      </p>
    </div>
  );
}

function durationText(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  return `${Math.round(seconds / 60)} min`;
}

function stateOf(current: SyncStatus, now: number): { state: string; words: string } {
  const syncTime =
    current.lastSync && !current.lastSync.error ? ago(Date.parse(current.lastSync.at), now, locale.value) : null;
  const since = syncTime ? `, synced ${syncTime}` : "";
  if (current.phase === "building") return { state: "busy", words: "Preparing your data" };
  if (current.phase === "pulling") return { state: "busy", words: "Syncing" };
  if (current.needs === "login") return { state: "warning", words: `Not logged in${since}` };
  if (current.needs === "update") return { state: "warning", words: "Update needed" };
  if (current.needs === "altered") return { state: "danger", words: "History altered" };
  if (current.needs === "key") return { state: "danger", words: "Confirm the server’s key" };
  if (current.needs === "behind") return { state: "danger", words: "The server has lost changes" };
  if (current.needs === "agreement") return { state: "danger", words: "Histories differ" };
  if (!current.isOnline) return { state: "offline", words: `Offline${since}` };
  const pending = current.head - current.checkpoint;
  if (pending > 0) return { state: "busy", words: `${count(pending, locale.value)} changes to sync` };
  return { state: "online", words: `Up to date${since}` };
}

function useNow(): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  // A status may have arrived after the last tick.
  return Math.max(now, Date.parse(status.value?.lastSync?.at ?? "") || 0);
}
