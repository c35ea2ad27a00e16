/** A client: a new one, or other details of one that is there. */
import type { ComponentChild } from "preact";
import { VAT_CATEGORIES, type VatCategory } from "../../../../events/values/money.ts";
import type { Described } from "../../fields/conflict.tsx";
import { AreaField, SelectField, TextField } from "../../fields/fields.tsx";
import { FormFrame } from "../../fields/form-frame.tsx";
import { NamedField } from "../../fields/named-field.tsx";
import { type Form, type Start, useForm } from "../../form/use-form.ts";
import { Missing } from "../../parts/missing.tsx";
import { Problem } from "../../parts/problem.tsx";
import { go } from "../../state/navigation.ts";
import { locale, organization } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { vatName } from "../../text/codes.ts";
import { count } from "../../text/format.ts";
import { countries, currencies, languages, textOfCode } from "../../text/named-codes.ts";
import { changesOf, inputOf, NEW_CLIENT, type TypedClient, typedOf } from "./client-form-input.ts";

const DESCRIBED: Described<TypedClient> = {
  name: { label: "Name" },
  contact: { label: "Contact" },
  email: { label: "E-mail" },
  phone: { label: "Phone" },
  street: { label: "Street" },
  street2: { label: "Second line" },
  postcode: { label: "Postcode" },
  city: { label: "City" },
  region: { label: "Region" },
  country: { label: "Country" },
  vatId: { label: "VAT id" },
  companyId: { label: "Company number" },
  termsDays: { label: "Days to pay" },
  currency: { label: "Currency" },
  vatCategory: { label: "VAT", text: (category) => vatText(category) },
  language: { label: "Language" },
  note: { label: "Note" },
};

export function NewClient(): ComponentChild {
  const own = organization.value;
  if (!own) return <p class="waiting">Reading…</p>;
  const country = textOfCode(countries(), own.country);
  return (
    <ClientForm
      name="client/new"
      id={0}
      title="New client"
      start={{ value: { ...NEW_CLIENT, country }, version: null }}
    />
  );
}

export function EditClient({ id }: { id: number }): ComponentChild {
  const { value: client, failure, waiting, retry } = useCall("getClient", { id });
  if (failure) return <Problem failure={failure} retry={retry} />;
  if (waiting && !client) return <p class="waiting">Reading…</p>;
  if (!client) return <Missing what="client" to="/clients" />;
  const start = { value: typedOf(client), version: client.version };
  return <ClientForm name={`client/${id}`} id={id} title={`Change ${client.name}`} start={start} />;
}

interface ClientFormProps {
  name: string;
  /** 0: a new one. */
  id: number;
  title: string;
  start: Start<TypedClient>;
}

function ClientForm({ name, id, title, start }: ClientFormProps): ComponentChild {
  const form = useForm(name, start);
  if (!form) return null;
  const submit = async () => {
    const { input, errors } = inputOf(form.value, start.value);
    if (errors.length > 0) return form.refuse(errors);
    const command = id === 0 ? "RegisterClient" : "ChangeClientDetails";
    const written = await form.submit({
      command,
      id,
      input: id === 0 ? input : changesOf(start.value, input),
      ...(form.version !== null && { ifMatch: form.version }),
    });
    if (written) go(`/clients/${written.stream}`);
  };
  return (
    <>
      <header class="page-head">
        <h1>{title}</h1>
      </header>
      <FormFrame
        form={form}
        submit={id === 0 ? "Add client" : "Save"}
        onSubmit={() => void submit()}
        onAnswered={(stream) => go(`/clients/${stream}`)}
        cancel={id === 0 ? "/clients" : `/clients/${id}`}
        described={DESCRIBED}
      >
        <section class="panel">
          <h2>Who they are</h2>
          <div class="fields">
            <TextField form={form} name="name" label="Name" maxLength={200} required focus />
            <TextField form={form} name="contact" label="Contact" maxLength={200} hint="A person to write to" />
            <TextField form={form} name="email" label="E-mail" type="email" maxLength={254} />
            <TextField form={form} name="phone" label="Phone" type="tel" maxLength={50} />
          </div>
        </section>
        <Address form={form} />
        <section class="panel">
          <h2>Numbers</h2>
          <div class="fields">
            <TextField
              form={form}
              name="vatId"
              label="VAT id"
              maxLength={20}
              placeholder="With its country, as DE123456789"
            />
            <TextField form={form} name="companyId" label="Company number" maxLength={50} />
          </div>
        </section>
        <Defaults form={form} />
        <section class="panel">
          <h2>Note</h2>
          <AreaField form={form} name="note" label="For ourselves: no client sees it" maxLength={2000} rows={3} />
        </section>
      </FormFrame>
    </>
  );
}

function Address({ form }: { form: Form<TypedClient> }): ComponentChild {
  return (
    <section class="panel">
      <h2>Address</h2>
      <div class="fields">
        <TextField form={form} name="street" at="address.street" label="Street" maxLength={200} />
        <TextField form={form} name="street2" at="address.street2" label="Second line" maxLength={200} />
        <TextField form={form} name="postcode" at="address.postcode" label="Postcode" maxLength={20} />
        <TextField form={form} name="city" at="address.city" label="City" maxLength={100} />
        <TextField form={form} name="region" at="address.region" label="Region, state or county" maxLength={100} />
        <NamedField form={form} name="country" at="address.country" label="Country" list={countries()} required />
      </div>
    </section>
  );
}

/** What its invoices begin with; where nothing is said, it is the organization's. */
function Defaults({ form }: { form: Form<TypedClient> }): ComponentChild {
  const own = organization.value;
  const days = own?.terms_days ?? 0;
  return (
    <section class="panel">
      <h2>New invoices begin with</h2>
      <div class="fields">
        <TextField
          form={form}
          name="termsDays"
          label="Days to pay"
          inputMode="numeric"
          maxLength={3}
          placeholder={`As usual: ${count(days, locale.value)}`}
        />
        <NamedField
          form={form}
          name="currency"
          label="Currency"
          list={currencies()}
          placeholder={`As usual: ${textOfCode(currencies(), own?.currency ?? null)}`}
        />
        <SelectField
          form={form}
          name="vatCategory"
          label="VAT"
          options={["", ...VAT_CATEGORIES].map((one) => [one, vatText(one)] as const)}
        />
        <NamedField
          form={form}
          name="language"
          label="Language"
          list={languages()}
          placeholder={`As usual: ${textOfCode(languages(), own?.language ?? null)}`}
        />
      </div>
    </section>
  );
}

function vatText(category: string): string {
  return category === "" ? "As each item has it" : vatName(category as VatCategory);
}
