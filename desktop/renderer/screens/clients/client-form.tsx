/** Creates a client, or changes the details of one. */
import type { ComponentChild } from "preact";
import { VAT_CATEGORIES } from "../../../../events/values/money.ts";
import { CodeField } from "../../fields/code-field.tsx";
import { AreaField, SelectField, TextField } from "../../fields/fields.tsx";
import { FormFrame } from "../../fields/form-frame.tsx";
import { FieldFromAddress, wayBack } from "../../fields/from-address.tsx";
import { GroupField } from "../../fields/group-field.tsx";
import { changesOf } from "../../form/form-fields.ts";
import type { Start } from "../../form/stored-input.ts";
import { type Form, useForm } from "../../form/use-form.ts";
import { CLIENT_MORE, usualSchemes } from "../../more/more-of-parties.ts";
import { Action } from "../../parts/action.tsx";
import { Archived } from "../../parts/archived.tsx";
import { Missing } from "../../parts/missing.tsx";
import { Problem } from "../../parts/problem.tsx";
import { go } from "../../state/navigation.ts";
import { locale, organization } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { count } from "../../text/format.ts";
import { countries, currencies, languages, textOfCode } from "../../text/named-codes.ts";
import { CLIENT_FORM, clientVatName, type TypedClient } from "./client-form-fields.ts";

export function NewClient(): ComponentChild {
  const own = organization.value;
  if (!own) return <p class="waiting">Loading…</p>;
  const country = textOfCode(countries(), own.country);
  return (
    <ClientForm
      name="client/new"
      id={0}
      title="New client"
      start={{ value: { ...CLIENT_FORM.empty(), country }, version: null }}
    />
  );
}

export function EditClient({ id }: { id: number }): ComponentChild {
  const { value: client, failure, waiting, retry } = useCall("getClient", { id });
  if (failure) return <Problem failure={failure} retry={retry} />;
  if (waiting && !client) return <p class="waiting">Loading…</p>;
  if (!client) return <Missing what="client" id={id} to="/clients" />;
  const start = { value: CLIENT_FORM.typedOf(client), version: client.version };
  const { name, archived, version } = client;
  return (
    <ClientForm name={`client/${id}`} id={id} title={`Edit ${name}`} start={start} over={archived === 1}>
      {archived === 1 && (
        <Archived what="client">
          <Action name="Restore" command={() => ({ command: "RestoreClient", id, ifMatch: version })} />
        </Archived>
      )}
    </ClientForm>
  );
}

interface ClientFormProps {
  name: string;
  /** 0 for a new one. */
  id: number;
  title: string;
  start: Start<TypedClient>;
  /** True: it cannot be sent now, and the children say why. */
  over?: boolean;
  children?: ComponentChild;
}

function ClientForm({ name, id, title, start, over = false, children }: ClientFormProps): ComponentChild {
  const form = useForm(name, CLIENT_FORM.fields, start);
  if (!form) return null;
  const send = () => {
    const { input, errors } = CLIENT_FORM.inputOf(form.value, start.value);
    if (id === 0) return form.submit({ command: "RegisterClient", input, errors });
    const before = CLIENT_FORM.inputOf(start.value, start.value).input;
    return form.submit({ command: "ChangeClientDetails", id, input: changesOf(before, input), errors });
  };
  return (
    <>
      <header class="page-head">
        <h1>{title}</h1>
      </header>
      {children}
      <FormFrame
        form={form}
        over={over}
        submit={id === 0 ? "Add client" : "Save"}
        send={send}
        onSent={({ stream }) => go(wayBack() ?? `/clients/${stream}`)}
        cancel={wayBack() ?? (id === 0 ? "/clients" : `/clients/${id}`)}
      >
        <FieldFromAddress />
        <section class="panel">
          <h2>Client details</h2>
          <div class="fields">
            <TextField form={form} name="name" focus />
            <TextField form={form} name="contact" hint="The person you write to" />
            <TextField form={form} name="email" />
            <TextField form={form} name="phone" />
          </div>
        </section>
        <Address form={form} />
        <section class="panel">
          <h2>Registration</h2>
          <div class="fields">
            <TextField form={form} name="vatId" />
            <TextField form={form} name="companyId" />
          </div>
        </section>
        <Defaults form={form} />
        <section class="panel">
          <h2>Note</h2>
          <AreaField form={form} name="note" label="Internal note, never shown to the client" />
        </section>
        <GroupField
          form={form}
          at="more"
          group={CLIENT_MORE}
          typed={form.value.more}
          about="Format of invoices, electronic address, buyer’s reference, trading name and identifiers"
          usual={usualSchemes(form.value.country)}
          onChange={(more, at) => form.change({ more }, at)}
        />
      </FormFrame>
    </>
  );
}

function Address({ form }: { form: Form<TypedClient> }): ComponentChild {
  return (
    <section class="panel">
      <h2>Address</h2>
      <div class="fields">
        <TextField form={form} name="street" />
        <TextField form={form} name="street2" />
        <TextField form={form} name="postcode" />
        <TextField form={form} name="city" />
        <TextField form={form} name="region" label="Region, state or county" />
        <CodeField form={form} name="country" list={countries()} />
      </div>
    </section>
  );
}

/** Defaults for the client's invoices. An empty field stands for the organization's default. */
function Defaults({ form }: { form: Form<TypedClient> }): ComponentChild {
  const own = organization.value;
  const days = own?.terms_days ?? 0;
  return (
    <section class="panel">
      <h2>Defaults for new invoices</h2>
      <div class="fields">
        <TextField form={form} name="termsDays" placeholder={`Default: ${count(days, locale.value)}`} />
        <CodeField
          form={form}
          name="currency"
          list={currencies()}
          placeholder={`Default: ${textOfCode(currencies(), own?.currency ?? null)}`}
        />
        <SelectField
          form={form}
          name="vatCategory"
          options={["", ...VAT_CATEGORIES].map((one) => [one, clientVatName(one)] as const)}
        />
        <CodeField
          form={form}
          name="language"
          list={languages()}
          placeholder={`Default: ${textOfCode(languages(), own?.language ?? null)}`}
        />
      </div>
    </section>
  );
}
