/** Banners at the top of the window: offline, login needed, update needed; `proof-banner.tsx` has those of the history. */
import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";
import type { Failure } from "../../contract/call-error.ts";
import type { SyncStatus } from "../../contract/contract.ts";
import { locale } from "../state/state.ts";
import { ago } from "../text/format.ts";
import { LoginForm } from "./login-form.tsx";
import { ProofBanner } from "./proof-banner.tsx";

export function Banner({ status }: { status: SyncStatus }): ComponentChild {
  return (
    <>
      <ClockNotice aheadMs={status.clockAheadMs} />
      <StateBanner status={status} />
    </>
  );
}

/** Tells that one of the clocks is wrong. The default date of an invoice, and what is overdue, follow this device's. */
export function ClockNotice({ aheadMs }: { aheadMs: number | null }): ComponentChild {
  if (aheadMs === null) return null;
  return (
    <p class="banner warning" role="status">
      This computer's clock is {aboutHowLong(Math.abs(aheadMs))} {aheadMs > 0 ? "ahead of" : "behind"} the server's.
      Check the date, the time and the time zone in the settings of this computer. Until then, the dates that Invoify
      suggests may be wrong.
    </p>
  );
}

function aboutHowLong(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 120) return `${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}

function StateBanner({ status }: { status: SyncStatus }): ComponentChild {
  switch (status.needs) {
    case "login":
      return <LoginBanner status={status} />;
    case "agreement":
    case "altered":
    case "key":
    case "behind":
      return <ProofBanner status={status} />;
    case "update":
      return (
        <p class="banner warning" role="status">
          Update needed. The server runs a newer version of Invoify. Until you install the update, you can still read
          the data on this device.
        </p>
      );
    default:
      return (
        <>
          <ProofBanner status={status} />
          {status.isOnline || status.phase !== "idle" ? null : <OfflineBanner status={status} />}
        </>
      );
  }
}

/** True if the address may be wrong: something else is there, or nothing. */
function mayHaveMoved(obstacle: Failure["obstacle"]): boolean {
  return obstacle !== undefined && ["name", "refused", "certificate", "protocol", "page"].includes(obstacle);
}

function OfflineBanner({ status }: { status: SyncStatus }): ComponentChild {
  const last = status.lastSync ? ` as of ${ago(Date.parse(status.lastSync.at), Date.now(), locale.value)}` : "";
  return (
    <p class="banner quiet" role="status">
      <span>
        Offline. You see your data{last}.{" "}
        {status.error?.obstacle === "page"
          ? "A Wi-Fi login page or a web filter answered instead of your server. Open a web browser to log in to the network."
          : "To make changes, connect to the internet."}
        {mayHaveMoved(status.error?.obstacle) && (
          <>
            {" "}
            If your server has moved, <a href="#/settings/device">change its address</a>.
          </>
        )}
      </span>
    </p>
  );
}

function LoginBanner({ status }: { status: SyncStatus }): ComponentChild {
  const [open, setOpen] = useState(false);
  return (
    <div class="banner warning" role="status">
      <span>Your session has ended. You can still read everything on this device.</span>
      {!open && (
        <button type="button" onClick={() => setOpen(true)}>
          Log in
        </button>
      )}
      {open && <LoginForm email={status.user?.email ?? ""} compact />}
    </div>
  );
}
