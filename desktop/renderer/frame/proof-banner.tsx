/** Banners about the proof of the history: what happened, and what to do next. Nothing is ever deleted. */
import type { ComponentChild } from "preact";
import type { SyncStatus } from "../../contract/contract.ts";
import type { Altered, Proof, Recorded, Restored } from "../../contract/proof.ts";
import { EvidenceButton } from "../parts/evidence-button.tsx";
import { Fingerprint } from "../parts/fingerprint.tsx";
import { call } from "../state/bridge.ts";
import { locale } from "../state/state.ts";
import { count, time } from "../text/format.ts";
import { ConfirmedButton } from "./confirmed-button.tsx";

/** How long an announced change of the key is mentioned, ms. */
const NEWS_MS = 24 * 3_600_000;

const number = (value: number) => count(value, locale.value);
const at = (ms: number) => time(ms, locale.value);

/** @returns null if a person has nothing to decide, and there is nothing to say */
export function ProofBanner({ status: { needs, proof } }: { status: SyncStatus }): ComponentChild {
  if (needs === "altered") return <AlteredBanner proof={proof} />;
  if (needs === "key") return <KeyBanner proof={proof} />;
  if (needs === "behind") return <BehindBanner proof={proof} />;
  if (needs === "agreement") return <ForkBanner restored={proof.restored} />;
  return (
    <>
      {proof.behind && <OldSignature signed={proof.behind.signed} />}
      {proof.key?.how === "successor" && Date.now() - proof.key.since < NEWS_MS && <KeyNews />}
    </>
  );
}

/** What contradicts what, by the kind of the alteration. */
const WHAT: Readonly<Record<Exclude<Altered["kind"], "server">, string>> = {
  received:
    "The data that arrived from the server is not what the server signed. It was changed on the server, or on its way here.",
  rewritten: "The server's history was changed afterwards. It contradicts what the server signed before.",
  device: "The data on this computer was changed by something other than Invoify.",
};

const NEXT: Readonly<Record<Exclude<Altered["kind"], "server">, string>> = {
  received: "Show this to the operator of your server, and then download the data again.",
  rewritten:
    "Save the evidence, and show it to your auditor and the operator of your server before you do anything else.",
  device: "Download the data from the server again. What is new there is checked against what was signed.",
};

function AlteredBanner({ proof: { altered, verified } }: { proof: Proof }): ComponentChild {
  if (!altered || altered.kind === "server")
    return (
      <Danger>
        <span>
          The server reports that its own history was changed, so it signs nothing more. {altered && firstOf(altered)}{" "}
          You can read everything on this computer, but not make changes. Ask the operator of your server what happened.
        </span>
        <EvidenceButton />
      </Danger>
    );
  const { kind } = altered;
  const before =
    kind !== "received" && verified
      ? `Up to event ${number(verified.seq)}, it was verified on ${at(verified.at)}. `
      : "";
  return (
    <Danger>
      <span>
        <strong>History altered.</strong> {WHAT[kind]} {firstOf(altered)} {before}Nothing was deleted: you can read
        everything, but not make changes. {NEXT[kind]} <a href="#/diagnostics">Details</a>
      </span>
      <EvidenceButton isMain={kind === "rewritten"} />
      <ConfirmedButton
        isLast={kind === "rewritten"}
        name={kind === "rewritten" ? "Accept the server's history…" : "Download again…"}
        question={
          kind === "rewritten"
            ? "This replaces what you see by the changed history. The evidence and your current files stay on this computer. Continue only if the operator of your server has explained the change."
            : "Your current files stay on this computer. Download everything next to them?"
        }
        confirm={kind === "rewritten" ? "Accept and download" : "Download"}
        work={() => call("pullAfresh", {})}
      />
    </Danger>
  );
}

/** Names the first event that differs, as far as it is known. */
function firstOf({ seq, from, to, event }: Altered): string {
  if (seq !== null) {
    return `The first difference is event ${number(seq)}${recorded(event)}.`;
  }
  if (from === null || to === null) return "";
  return `The first difference is in the events ${number(from)} to ${number(to)}.`;
}

/** When an event was recorded, and by whom, as far as this computer knows. */
function recorded(event: Recorded | null): string {
  return event ? `, recorded on ${at(event.at)}${event.actor ? ` by ${event.actor}` : ""}` : "";
}

function KeyBanner({ proof: { key, otherKey } }: { proof: Proof }): ComponentChild {
  const offered = otherKey?.fingerprint ?? null;
  if (offered === null)
    return (
      <Danger>
        <span>
          <strong>The server no longer signs its history.</strong> Until now it did, so that changes to it could be
          found. Ask the operator of your server why. Until you decide, you can read everything on this computer, but
          not make changes.
        </span>
        <ConfirmedButton
          isLast
          name="Continue without signatures…"
          question="From now on, a change of the history would not be noticed on this computer. Continue?"
          confirm="Continue"
          work={() => call("trustKey", { fingerprint: null })}
        />
      </Danger>
    );
  return (
    <Danger>
      <span>
        <strong>The server's key has changed, and nobody announced it.</strong> Its operator may have replaced it, or
        another server may be answering in its place. Ask the operator of your server to read the fingerprint of the new
        key to you, by telephone or in person. Until then, you can read everything on this computer, but not make
        changes.
      </span>
      <dl class="keys">
        <dt>New key</dt>
        <dd>
          <Fingerprint of={offered} />
        </dd>
        {key && (
          <>
            <dt>Trusted key</dt>
            <dd>
              <Fingerprint of={key.fingerprint} />
            </dd>
          </>
        )}
      </dl>
      <ConfirmedButton
        name="Trust the new key…"
        question="Trust it only if the operator of your server read the same fingerprint to you."
        confirm="It is the same: trust it"
        work={() => call("trustKey", { fingerprint: offered })}
      />
    </Danger>
  );
}

function BehindBanner({ proof: { behind } }: { proof: Proof }): ComponentChild {
  return (
    <Danger>
      <span>
        <strong>The server has lost changes that it had confirmed.</strong>{" "}
        {behind && `It once signed ${number(behind.signed)} events, and now has fewer. `}
        {behind?.first != null && `The first that it lacks is event ${number(behind.first)}${recorded(behind.event)}. `}
        It may have been restored from an older backup. Everything is still on this computer, and syncing is paused. Ask
        the operator of your server to put the lost changes back. <a href="#/diagnostics">Details</a>
      </span>
      <EvidenceButton />
      <DownloadServers />
    </Danger>
  );
}

function ForkBanner({ restored }: { restored: Restored | null }): ComponentChild {
  if (!restored)
    return (
      <Danger>
        <span>
          The server's history no longer matches this device. The server may have been restored from an older backup.
          Nothing was overwritten, and syncing is paused. Ask the operator of your server what to do.{" "}
          <a href="#/diagnostics">Diagnostics</a>
        </span>
        <DownloadServers />
      </Danger>
    );
  const { upTo, lost, since } = restored;
  const days = since === null ? "" : `?from=${dayOf(since)}`;
  return (
    <Danger>
      <span>
        <strong>The server was restored from a backup</strong> on {at(restored.at)}, and its operator has signed that.{" "}
        {lost === 1 ? "One change is" : `${number(lost)} changes are`} only on this computer:{" "}
        {lost === 1 ? "event" : "events"} {number(upTo + 1)}
        {lost > 1 && ` to ${number(upTo + lost)}`}. Everything before is the same. Nothing was overwritten, and syncing
        is paused. Look at what is lost, enter again what you need later, and then download the server's history.{" "}
        <a href={`#/activity${days}`}>Show what is lost</a>
      </span>
      <DownloadServers />
    </Danger>
  );
}

function dayOf(ms: number): string {
  const date = new Date(ms);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((n) => String(n).padStart(2, "0")).join("-");
}

function DownloadServers(): ComponentChild {
  return (
    <ConfirmedButton
      name="Download the server's history…"
      question="Your current files stay on this computer. Download the server's history next to them?"
      confirm="Download"
      work={() => call("pullAfresh", {})}
    />
  );
}

function OldSignature({ signed }: { signed: number }): ComponentChild {
  return (
    <p class="banner warning" role="status">
      <span>
        The server shows an older signature than before: it once signed {number(signed)} events. Newer changes arrive,
        but cannot be verified. Tell the operator of your server. <a href="#/diagnostics">Details</a>
      </span>
    </p>
  );
}

function KeyNews(): ComponentChild {
  return (
    <p class="banner quiet" role="status">
      <span>
        The server signs with a new key, which its earlier key announced. You need not do anything.{" "}
        <a href="#/diagnostics">Details</a>
      </span>
    </p>
  );
}

function Danger({ children }: { children: ComponentChild }): ComponentChild {
  return (
    <div class="banner danger" role="alert">
      {children}
    </div>
  );
}
