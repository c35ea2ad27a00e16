/** Adds a user to the organization, with a one-time link to set a password. */
import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";
import { OWNER } from "../../../../events/business/roles.ts";
import type { OneTimeLink, WriteResult } from "../../../contract/contract.ts";
import { TextField } from "../../fields/fields.tsx";
import { FormFrame } from "../../fields/form-frame.tsx";
import { UniqueField } from "../../fields/unique-field.tsx";
import { useForm } from "../../form/use-form.ts";
import { go } from "../../state/navigation.ts";
import { LinkPanel } from "./one-time-link.tsx";
import { RoleChoice } from "./role-choice.tsx";
import { NEW_USER_FORM } from "./user-form-fields.ts";

export function InviteUser(): ComponentChild {
  const start = NEW_USER_FORM.empty();
  const form = useForm("user/new", NEW_USER_FORM.fields, { value: start, version: null });
  const [added, setAdded] = useState<AddedUser | null>(null);
  if (added) return <AddedPanel {...added} />;
  if (!form) return null;
  const { input, errors } = NEW_USER_FORM.inputOf(form.value, start);
  const onSent = ({ stream: id, invitation, expiresAt }: WriteResult) =>
    setAdded({ id, email: input.email, link: invitation && expiresAt ? { invitation, expiresAt } : null });
  return (
    <FormFrame
      form={form}
      submit="Invite"
      send={() => form.submit({ command: "AddUser", input, errors })}
      onSent={onSent}
      // The user's page can create another link.
      onSentAgain={({ stream }) => go(`/settings/users/${stream}`)}
      cancel="/settings/users"
      roles={OWNER}
    >
      <section class="panel fields">
        <h2 class="wide">Invite user</h2>
        <TextField form={form} name="name" focus />
        <UniqueField form={form} name="email" taken={{ of: "user" }} />
        <RoleChoice
          role={form.value.role}
          disabled={form.unanswered}
          onChoose={(role) => form.change({ role }, "role")}
        />
        <p class="detail wide">
          You get a one-time link. Pass it on yourself, because Invoify sends no e-mail. The new user sets a password
          with it.
        </p>
      </section>
    </FormFrame>
  );
}

interface AddedUser {
  id: number;
  email: string;
  link: OneTimeLink | null;
}

function AddedPanel({ id, email, link }: AddedUser): ComponentChild {
  return (
    <>
      {link ? (
        <LinkPanel link={link} email={email} />
      ) : (
        <p role="status">{email} was added and already has a password.</p>
      )}
      <p class="form-actions">
        <a class="button plain" href={`#/settings/users/${id}`}>
          View user
        </a>
        <a class="button plain" href="#/settings/users">
          All users
        </a>
      </p>
    </>
  );
}
