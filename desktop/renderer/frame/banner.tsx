/** What holds for the whole program, said quietly at the top. */
import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";
import type { SyncStatus } from "../../contract/contract.ts";
import { call } from "../state/bridge.ts";
import { locale } from "../state/state.ts";
import { ago, count } from "../text/format.ts";
import { LoginForm } from "./login-form.tsx";

export function Banner({ status }: { status: SyncStatus }): ComponentChild {
  switch (status.needs) {
    case "login":
      return <LoginBanner status={status} />;
    case "agreement":
      return <AgreementBanner />;
    case "update":
      return (
        <p class="banner warning" role="status">
          Update needed: the server is newer than this program. Install the new release; until then, what is here can be
          read, up to event {count(status.checkpoint, locale.value)}.
        </p>
      );
    default:
      return status.isOnline || status.phase !== "idle" ? null : <OfflineBanner status={status} />;
  }
}

function OfflineBanner({ status }: { status: SyncStatus }): ComponentChild {
  const last = status.lastSync ? ` as of ${ago(Date.parse(status.lastSync.at), Date.now(), locale.value)}` : "";
  return (
    <p class="banner quiet" role="status">
      Offline. You see everything{last}; writing needs the internet.
    </p>
  );
}

function LoginBanner({ status }: { status: SyncStatus }): ComponentChild {
  const [open, setOpen] = useState(false);
  return (
    <div class="banner warning" role="status">
      <span>Your session is over. Everything here can still be read.</span>
      {!open && (
        <button type="button" onClick={() => setOpen(true)}>
          Log in
        </button>
      )}
      {open && <LoginForm email={status.user?.email ?? ""} compact />}
    </div>
  );
}

function AgreementBanner(): ComponentChild {
  const [confirming, setConfirming] = useState(false);
  return (
    <div class="banner danger" role="alert">
      <span>
        The server's history is not the one that is here: it may have been restored from an older backup. Nothing was
        overwritten, and nothing is synced. Ask whoever runs the server.
      </span>
      {confirming ? (
        <>
          <span>The files that are here stay on the disk. Fetch the server's history beside them?</span>
          <button type="button" onClick={() => void call("pullAfresh", {}).catch(() => {})}>
            Fetch it
          </button>
          <button type="button" class="plain" onClick={() => setConfirming(false)}>
            Not now
          </button>
        </>
      ) : (
        <button type="button" onClick={() => setConfirming(true)}>
          Fetch the server's history…
        </button>
      )}
    </div>
  );
}
