/** The head of the invoice form: client, currency, terms and references. */
import type { ComponentChild } from "preact";
import type { ClientWithBalances } from "../../../../projector/queries/clients.ts";
import { ClientBox } from "../../fields/client-picker.tsx";
import { CodeField } from "../../fields/code-field.tsx";
import { AreaField, Field, TextField } from "../../fields/fields.tsx";
import type { TypedInvoice } from "../../form/typed-invoice.ts";
import type { Form } from "../../form/use-form.ts";
import { organization } from "../../state/state.ts";
import { currencies, textOfCode } from "../../text/named-codes.ts";

interface HeadingProps {
  form: Form<TypedInvoice>;
  client: ClientWithBalances | null;
  /** False for a credit note for an invoice, which has the client and the currency of that invoice. */
  free: boolean;
  onClient: (id: number | null, row: ClientWithBalances | null) => void;
  onCreateClient: (name: string) => void;
}

export function Heading({ form, client, free, onClient, onCreateClient }: HeadingProps): ComponentChild {
  const own = organization.value;
  const usualCurrency = client?.currency ?? own?.currency ?? "";
  const usualDays = client?.terms_days ?? own?.terms_days ?? 0;
  return (
    <section class="panel fields">
      <Field form={form} at="clientId" label="Client" hint={client && clientHint(client)}>
        {(attributes) => (
          <ClientBox
            label="Clients"
            attributes={{ ...attributes, disabled: attributes.disabled || !free }}
            client={form.value.clientId}
            onChoose={onClient}
            onCreate={onCreateClient}
            placeholder="Type a name"
            active
            focus={free}
          />
        )}
      </Field>
      {free && (
        <CodeField
          form={form}
          name="currency"
          list={currencies()}
          placeholder={textOfCode(currencies(), usualCurrency)}
        />
      )}
      <TextField form={form} name="termsDays" placeholder={String(usualDays)} />
      <TextField form={form} name="deliveredOn" />
      <TextField form={form} name="buyerReference" />
      <TextField form={form} name="orderReference" />
    </section>
  );
}

function clientHint({ archived, city, vat_id }: ClientWithBalances): string | null {
  if (archived === 1) return "This client is archived.";
  return [city, vat_id && `VAT ID ${vat_id}`].filter(Boolean).join(", ") || null;
}

export function Note({ form }: { form: Form<TypedInvoice> }): ComponentChild {
  return (
    <section class="panel">
      <AreaField form={form} name="note" label="Note on the document" />
    </section>
  );
}
