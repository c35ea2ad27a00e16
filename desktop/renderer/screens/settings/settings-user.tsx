/** One user: name, e-mail address, role and access. Only owners see it. */
import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";
import { OWNER, type Role } from "../../../../events/business/roles.ts";
import type { Row } from "../../../../projector/tables/tables.ts";
import type { Failure } from "../../../contract/call-error.ts";
import type { OneTimeLink } from "../../../contract/contract.ts";
import { TextField } from "../../fields/fields.tsx";
import { FormFrame } from "../../fields/form-frame.tsx";
import { UniqueField } from "../../fields/unique-field.tsx";
import { useForm } from "../../form/use-form.ts";
import { Action } from "../../parts/action.tsx";
import { Facts } from "../../parts/facts.tsx";
import { History } from "../../parts/history.tsx";
import { Missing } from "../../parts/missing.tsx";
import { Problem } from "../../parts/problem.tsx";
import { mayChange, WriteButton } from "../../parts/write-button.tsx";
import { call } from "../../state/bridge.ts";
import { failureIn } from "../../state/call-failed.ts";
import { useCall } from "../../state/use-call.ts";
import { roleName } from "../../text/roles.ts";
import { LinkPanel } from "./one-time-link.tsx";
import { RoleChoice } from "./role-choice.tsx";
import { USER_FORM } from "./user-form-fields.ts";

export function UserSettings({ id }: { id: number }): ComponentChild {
  const { value, failure } = useCall("getUser", { id });
  if (failure) return <Problem failure={failure} />;
  if (!value) return <Missing what="user" id={id} to="/settings/users" />;
  return (
    <>
      <div class="panel-head">
        <h2>{value.name}</h2>
        {value.active === 0 && (
          <span class="badge" data-tone="quiet">
            Deactivated
          </span>
        )}
      </div>
      {mayChange(OWNER) ? (
        <>
          <UserForm user={value} />
          <RolePanel key={value.role} user={value} />
        </>
      ) : (
        <section class="panel">
          <Facts
            facts={[
              ["Name", value.name],
              ["E-mail", value.email],
              ["Role", roleName(value.role as Role)],
            ]}
          />
        </section>
      )}
      <Access user={value} />
      <History stream={id} />
    </>
  );
}

function UserForm({ user }: { user: Row<"user"> }): ComponentChild {
  const { id, version } = user;
  const start = { value: USER_FORM.typedOf(user), version };
  const form = useForm(`user/${id}`, USER_FORM.fields, start);
  if (!form) return null;
  const send = () => form.submit({ command: "ChangeUserDetails", id, ...USER_FORM.inputOf(form.value, start.value) });
  return (
    <FormFrame form={form} submit="Save" send={send} cancel={`/settings/users/${id}`} roles={OWNER}>
      <section class="panel fields">
        <TextField form={form} name="name" />
        <UniqueField form={form} name="email" hint="Used to log in." taken={{ of: "user", own: id }} />
      </section>
    </FormFrame>
  );
}

function RolePanel({ user: { id, role, version } }: { user: Row<"user"> }): ComponentChild {
  const [chosen, setChosen] = useState<Role>(role);
  return (
    <section class="panel">
      <RoleChoice role={chosen} onChoose={setChosen} />
      {chosen !== role && (
        <div class="form-actions">
          <Action
            name={`Change role to ${roleName(chosen).toLowerCase()}`}
            command={() => ({ command: "ChangeRole", id, input: { role: chosen }, ifMatch: version })}
            roles={OWNER}
            primary
          />
          <span class="detail">Takes effect immediately on all their devices.</span>
        </div>
      )}
    </section>
  );
}

function Access({ user }: { user: Row<"user"> }): ComponentChild {
  const { id, email, active } = user;
  const [link, setLink] = useState<OneTimeLink | null>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const make = async () => {
    setBusy(true);
    setFailure(null);
    try {
      setLink(await call("newLink", { id }));
    } catch (error) {
      setFailure(failureIn(error));
    } finally {
      setBusy(false);
    }
  };
  if (active === 0)
    return (
      <section class="panel">
        <h2>Access</h2>
        <p>{email} cannot log in.</p>
        <div class="form-actions">
          <Action name="Reactivate" command={() => ({ command: "ReactivateUser", id })} roles={OWNER} />
        </div>
      </section>
    );
  return (
    <>
      <section class="panel">
        <h2>Access</h2>
        <p class="detail">
          Create a new link if the user forgot the password or never used the first link. The current password works
          until the link is used.
        </p>
        <div class="form-actions">
          <WriteButton plain disabled={busy} onClick={() => void make()} roles={OWNER}>
            {busy ? "Creating…" : "New link"}
          </WriteButton>
          <Action
            name="End sessions"
            command={() => ({ command: "EndSessions", id })}
            ask={{
              title: "End all sessions?",
              text: `${email} must log in again on every device. Data on their devices can still be read there.`,
              yes: "End sessions",
            }}
            roles={OWNER}
          />
          <Action
            name="Deactivate"
            command={() => ({ command: "DeactivateUser", id })}
            ask={{
              title: "Deactivate this user?",
              text: `${email} is logged out everywhere and can no longer log in. Everything they did stays.`,
              yes: "Deactivate",
              danger: true,
            }}
            roles={OWNER}
          />
        </div>
        {failure && <Problem failure={failure} />}
      </section>
      {link && <LinkPanel link={link} email={email} />}
    </>
  );
}
