/** A new user: added to the organization, with a one-time link to choose a password. */
import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";
import { OWNER } from "../../../../events/business/roles.ts";
import type { OneTimeLink } from "../../../contract/contract.ts";
import type { Described } from "../../fields/conflict.tsx";
import { SelectField, TextField } from "../../fields/fields.tsx";
import { FormFrame } from "../../fields/form-frame.tsx";
import { useForm } from "../../form/use-form.ts";
import { go } from "../../state/navigation.ts";
import { ROLE_OPTIONS } from "../../text/roles.ts";
import { LinkShown } from "./one-time-link.tsx";

interface Typed {
  name: string;
  email: string;
  role: string;
}

const NEW: Typed = { name: "", email: "", role: "clerk" };
const DESCRIBED: Described<Typed> = { name: { label: "Name" }, email: { label: "E-mail" }, role: { label: "Role" } };

export function InviteUser(): ComponentChild {
  const form = useForm("user/new", { value: NEW, version: null });
  const [added, setAdded] = useState<{ id: number; email: string; link: OneTimeLink | null } | null>(null);
  if (added) return <Added {...added} />;
  if (!form) return null;
  const submit = async () => {
    const { name, email, role } = form.value;
    const input = { name: name.trim(), email: email.trim().toLowerCase(), role };
    const written = await form.submit({ command: "AddUser", input });
    if (!written) return;
    const { stream: id, invitation, expiresAt } = written;
    setAdded({ id, email: input.email, link: invitation && expiresAt ? { invitation, expiresAt } : null });
  };
  return (
    <FormFrame
      form={form}
      submit="Invite"
      onSubmit={() => void submit()}
      // Their page makes another link.
      onAnswered={(id) => go(`/settings/users/${id}`)}
      cancel="/settings/users"
      described={DESCRIBED}
      roles={OWNER}
    >
      <section class="panel fields">
        <h2 class="wide">Invite somebody</h2>
        <TextField form={form} name="name" label="Name" maxLength={200} required focus />
        <TextField form={form} name="email" label="E-mail" type="email" maxLength={254} required />
        <SelectField form={form} name="role" label="Role" options={ROLE_OPTIONS} />
        <p class="detail wide">
          You get a link that is good once. Give it to them yourself: no e-mail is sent. With it they choose their
          password.
        </p>
      </section>
    </FormFrame>
  );
}

function Added({ id, email, link }: { id: number; email: string; link: OneTimeLink | null }): ComponentChild {
  return (
    <>
      {link ? (
        <LinkShown link={link} email={email} />
      ) : (
        <p role="status">{email} was added, and has a password already.</p>
      )}
      <p class="form-actions">
        <a class="button plain" href={`#/settings/users/${id}`}>
          Go to the user
        </a>
        <a class="button plain" href="#/settings/users">
          All users
        </a>
      </p>
    </>
  );
}
