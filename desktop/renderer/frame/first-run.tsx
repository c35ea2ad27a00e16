/** The first start: the server's address, the login or another way in, and the first sync. */
import type { ComponentChild } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { SyncStatus } from "../../contract/contract.ts";
import { ServerForm } from "../fields/server-form.tsx";
import { Problem } from "../parts/problem.tsx";
import { call } from "../state/bridge.ts";
import { ClockNotice } from "./banner.tsx";
import { CreateOrganizationForm } from "./create-organization-form.tsx";
import { InvitationForm } from "./invitation-form.tsx";
import { LoginForm } from "./login-form.tsx";
import { ProgressBar } from "./sync-indicator.tsx";
import { syncNow } from "./sync-now.ts";

export function FirstRun({ status }: { status: SyncStatus }): ComponentChild {
  return (
    <>
      <ClockNotice aheadMs={status.clockAheadMs} />
      <Steps status={status} />
    </>
  );
}

function Steps({ status }: { status: SyncStatus }): ComponentChild {
  const [way, setWay] = useState<"login" | "server" | "invitation" | "create">("login");
  const { server, needs, error } = status;
  const logIn = () => setWay("login");
  const isOutside = needs === "login" || status.log === null;
  if (way === "invitation" && isOutside)
    return (
      <Card title="Use a one-time link">
        {server !== null && <p class="detail">{server}</p>}
        <InvitationForm server={server} onBack={logIn} />
      </Card>
    );
  const link = (
    <button type="button" class="link" onClick={() => setWay("invitation")}>
      I have an invitation
    </button>
  );
  if (server === null || way === "server")
    return (
      <Card title="Connect to your server">
        <ServerForm server={server} submit="Continue" onDone={logIn} {...(server !== null && { onCancel: logIn })} />
        {isOutside && <p class="ways">{link}</p>}
      </Card>
    );
  if (way === "create" && isOutside)
    return (
      <Card title="Create an organization">
        <p class="detail">{server}</p>
        <CreateOrganizationForm onBack={logIn} />
      </Card>
    );
  if (isOutside)
    return (
      <Card title="Log in">
        <p class="detail">
          {server}{" "}
          <button type="button" class="link" onClick={() => setWay("server")}>
            Change
          </button>
        </p>
        <LoginForm />
        <p class="ways">
          {link}
          <CreateOrganizationLink key={server} onClick={() => setWay("create")} />
        </p>
      </Card>
    );
  return (
    <Card title="Downloading your invoices">
      <p>This happens once. After that, you can read everything on this device, even offline.</p>
      {status.progress ? <ProgressBar status={status} /> : !error && <progress aria-label="Connecting" />}
      {error && (
        <Problem failure={error}>
          <button type="button" onClick={() => void syncNow()}>
            Try now
          </button>
          <button type="button" class="plain" onClick={() => setWay("server")}>
            Change server address
          </button>
        </Problem>
      )}
      <p class="detail">
        {server}
        {status.user && ` as ${status.user.email}`}{" "}
        <button type="button" class="link" onClick={() => void call("logout", {}).catch(() => {})}>
          Log out
        </button>
      </p>
    </Card>
  );
}

/**
 * Shown only if the server lets anyone create an organization. If the server does not answer, the login form reports
 * it.
 */
function CreateOrganizationLink({ onClick }: { onClick: () => void }): ComponentChild {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    call("getSignUp", {}).then(setOpen, () => {});
  }, []);
  if (!open) return null;
  return (
    <button type="button" class="link" onClick={onClick}>
      Create an organization
    </button>
  );
}

function Card({ title, children }: { title: string; children: ComponentChild }): ComponentChild {
  return (
    <main class="card-page">
      <section class="card">
        <p class="brand">Invoify</p>
        <h1>{title}</h1>
        {children}
      </section>
    </main>
  );
}
