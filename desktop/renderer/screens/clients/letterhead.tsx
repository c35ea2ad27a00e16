/** The sender and the recipient, at the head of a printed statement. */
import type { ComponentChild } from "preact";
import type { Row } from "../../../../projector/tables/tables.ts";
import { locale, organization } from "../../state/state.ts";
import { day } from "../../text/format.ts";
import { addressLines } from "../../text/postal.ts";

export function Letterhead({ to }: { to: Row<"client"> }): ComponentChild {
  const from = organization.value;
  if (!from) return null;
  const account = [from.iban && `IBAN ${from.iban}`, from.bic && `BIC ${from.bic}`].filter(Boolean).join(", ");
  return (
    <div class="letterhead for-print">
      <address>
        <strong>{to.name}</strong>
        {addressLines(to).map((line) => (
          <div key={line}>{line}</div>
        ))}
        {to.vat_id && <div>VAT ID {to.vat_id}</div>}
      </address>
      <address>
        {from.logo && <img src={from.logo} alt="" />}
        <strong>{from.legal_name}</strong>
        {addressLines(from).map((line) => (
          <div key={line}>{line}</div>
        ))}
        {from.vat_id && <div>VAT ID {from.vat_id}</div>}
        {from.email && <div>{from.email}</div>}
        {account && <div>{account}</div>}
        <div>{day(from.today, locale.value)}</div>
      </address>
    </div>
  );
}
