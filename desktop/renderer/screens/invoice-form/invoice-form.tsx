/**
 * The form of an invoice or a credit note. Its totals are those that the server computes, and typed input is never
 * lost.
 */
import type { ComponentChild } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { OWNER } from "../../../../events/business/roles.ts";
import { MAX_CORRECTION_BYTES, MAX_DRAFT_BYTES } from "../../../../events/document/complete-draft.ts";
import type { DraftInput } from "../../../../events/document/draft.ts";
import type { ClientWithBalances } from "../../../../projector/queries/clients.ts";
import type { WriteResult } from "../../../contract/contract.ts";
import { FormFrame } from "../../fields/form-frame.tsx";
import { FieldFromAddress, wayBack } from "../../fields/from-address.tsx";
import type { Start } from "../../form/stored-input.ts";
import { isBlank, type TypedInvoice, type TypedVat } from "../../form/typed-invoice.ts";
import { useForm } from "../../form/use-form.ts";
import { useVatRates } from "../../form/use-vat-rates.ts";
import { NO_RATES } from "../../form/vat-rates.ts";
import type { ScreenCommand } from "../../form/write.ts";
import { NOTHING_MORE } from "../../more/more.ts";
import { isPressed } from "../../parts/shortcuts.ts";
import { blockNow, mayWrite, WriteButton } from "../../parts/write-button.tsx";
import { call } from "../../state/bridge.ts";
import { go } from "../../state/navigation.ts";
import { locale, organization } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { DocumentAdjustments } from "./invoice-form-adjustments.tsx";
import { DraftCheck, errorsOfFormat } from "./invoice-form-check.tsx";
import { CreditLimit } from "./invoice-form-credit.tsx";
import { goodsOf, withClient, withItem } from "./invoice-form-defaults.ts";
import { INVOICE_FIELDS } from "./invoice-form-fields.tsx";
import { UnprintableCharacters } from "./invoice-form-glyphs.tsx";
import { Heading, Note } from "./invoice-form-heading.tsx";
import { currencyTyped, fieldOnScreen } from "./invoice-form-input.ts";
import { focusNext, Lines } from "./invoice-form-lines.tsx";
import { DocumentMore } from "./invoice-form-more.tsx";
import { QuickClient, QuickItem, QuickVatRate } from "./invoice-form-quick.tsx";
import { checkedInput, sumsOf } from "./invoice-form-sums.ts";
import { FormTotals, TotalInSight } from "./invoice-form-totals.tsx";

interface InvoiceFormProps {
  kind: "invoice" | "credit_note";
  /** The name that its input is stored under. */
  name: string;
  title: string;
  start: Start<TypedInvoice>;
  /** The command to send. */
  command: (draft: DraftInput) => ScreenCommand;
  /** The address that "Cancel" opens. */
  cancel: string;
  /** False if the client and the currency are those of the credited invoice. */
  free?: boolean;
  /** The invoice that a credit note corrects. */
  corrects?: number | null;
  /** Set if it is no longer a draft: says what happened to it, and offers what to do with the typed input. */
  over?: (typed: TypedInvoice, forget: () => void) => ComponentChild;
}

export function InvoiceForm(props: InvoiceFormProps): ComponentChild {
  const { kind, name, title, start, command, cancel, free = true, corrects = null, over } = props;
  const form = useForm(name, INVOICE_FIELDS, start, fieldOnScreen);
  const { value: client } = useCall("getClient", form?.value.clientId == null ? null : { id: form.value.clientId });
  const own = organization.value;
  const known = form && form.value.clientId !== null && client?.id === form.value.clientId ? client : null;
  const currency = currencyTyped(form?.value.currency ?? "") ?? known?.currency ?? own?.currency ?? "EUR";
  const language = locale.value;
  const maxBytes = free ? MAX_DRAFT_BYTES : MAX_CORRECTION_BYTES;
  const sums = useMemo(
    () => form && sumsOf(form.value, { currency, locale: language }, maxBytes),
    [form?.value, currency, language],
  );
  const rates = useVatRates() ?? NO_RATES;
  const [making, setMaking] = useState<{ client: string } | { item: string; key: number } | { vat: TypedVat } | null>(
    null,
  );
  const saveAndIssue = useRef(() => {});
  useIssueKey(saveAndIssue);
  if (!form || !sums || !own) return null;
  const checked = { kind, corrects, typed: form.value, reading: { currency, locale: language } };
  const wanted = known?.more?.format ?? null;

  const save = async (issue: boolean): Promise<WriteResult | null> => {
    if (over || form.busy || form.unanswered || form.conflict || blockNow() !== null) return null;
    const { input, errors } = checkedInput(form.value, { currency, locale: language }, { kind, maxBytes });
    if (issue && errors.length === 0 && input.lines.length === 0)
      errors.push({ field: "lines.0.description", message: "Add at least one line." });
    else if (issue && errors.length === 0 && input.clientId === null)
      errors.push({ field: "clientId", message: "is missing" });
    if (issue && errors.length === 0) errors.push(...(await errorsOfFormat(checked, input, wanted)));
    return await form.submit({ ...command(input), errors });
  };
  saveAndIssue.current = () =>
    void save(true).then((written) => written && go(`/invoices/${written.stream}?issue=now`));
  const onClient = (id: number | null, row: ClientWithBalances | null) => {
    form.change(withClient(form.value, id, { before: known, after: row, rates, locale: language }), "clientId");
    const [first] = form.value.lines;
    if (id !== null && first && form.value.lines.every(isBlank)) focusLine(first.key);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const { target, key } = event;
    if (key !== "Enter" || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!(target instanceof HTMLElement) || !target.matches("input, select")) return;
    event.preventDefault(); // Enter must not send a half-written form
    focusNext(target, target.closest("form"));
  };

  return (
    <div class="invoice-form">
      <header class="page-head">
        <h1>{title}</h1>
      </header>
      {over?.(form.value, form.reset)}
      <FormFrame
        form={form}
        submit="Save draft"
        send={() => save(false)}
        onSent={({ stream }) => go(wayBack() ?? `/invoices/${stream}`)}
        cancel={cancel}
        over={over !== undefined}
        summary={<TotalInSight sums={sums} currency={currency} />}
        more={
          <WriteButton
            plain
            keys="Ctrl+Shift+Enter"
            disabled={over !== undefined || form.busy || form.unanswered || form.conflict !== null}
            onClick={() => saveAndIssue.current()}
          >
            Save and issue…
          </WriteButton>
        }
      >
        {/* biome-ignore lint/a11y/noStaticElementInteractions: Enter goes from field to field */}
        <div class="stack" onKeyDown={onKeyDown}>
          <FieldFromAddress />
          {corrects !== null && <CreditLimit invoiceId={corrects} typed={form.value} sums={sums} />}
          <Heading
            form={form}
            client={known}
            free={free}
            onClient={onClient}
            onCreateClient={(typed) => setMaking({ client: typed })}
          />
          <Lines
            form={form}
            sums={sums}
            client={known}
            currency={currency}
            home={own.currency}
            rates={rates}
            onSaveRate={mayWrite(OWNER) ? (vat) => setMaking({ vat }) : undefined}
            onCreateItem={(key, item) => setMaking({ key, item })}
          />
          <div class="two-panels even" id="after-lines" tabIndex={-1}>
            <div class="stack">
              <DocumentAdjustments form={form} currency={currency} rates={rates} />
              <Note form={form} />
            </div>
            <FormTotals form={form} sums={sums} currency={currency} />
          </div>
          <DocumentMore form={form} kind={kind} currency={currency} />
          <UnprintableCharacters typed={form.value} client={known?.name ?? null} />
          <DraftCheck form={form} wanted={wanted} {...checked} />
        </div>
      </FormFrame>
      {making && "client" in making && (
        <QuickClient
          name={making.client}
          onClose={() => setMaking(null)}
          onCreated={async (id) => {
            setMaking(null);
            onClient(id, await call("getClient", { id }).catch(() => null));
          }}
        />
      )}
      {making && "vat" in making && (
        <QuickVatRate vat={making.vat} onClose={() => setMaking(null)} onCreated={() => setMaking(null)} />
      )}
      {making && "item" in making && (
        <QuickItem
          name={making.item}
          like={likeOf(form.value, making.key)}
          onClose={() => setMaking(null)}
          onCreated={async (id) => {
            setMaking(null);
            const item = await call("getItem", { id }).catch(() => null);
            if (!item) return;
            const defaults = { client: known, currency, home: own.currency, rates, locale: language };
            const lines = form.value.lines.map((line) =>
              line.key === making.key ? withItem(line, item, defaults) : line,
            );
            form.change({ lines });
            setTimeout(() => focusLine(making.key, "quantity6"));
          }}
        />
      )}
    </div>
  );
}

function likeOf({ lines }: TypedInvoice, key: number) {
  const line = lines.find((one) => one.key === key);
  const {
    description = "",
    unit = "C62",
    price = "",
    vatCategory = "S",
    vatRate = "",
    more = NOTHING_MORE,
  } = line ?? {};
  return { description, unit, price, vatCategory, vatRate, more: goodsOf(more) };
}

function focusLine(key: number, field = "code"): void {
  document.querySelector<HTMLElement>(`[data-line="${key}"] [name$=".${field}"]`)?.focus();
}

/** Handles Ctrl+Shift+Enter, wherever the focus is. */
function useIssueKey(saveAndIssue: { current: () => void }): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!isPressed(event, "issue")) return;
      if (document.querySelector("dialog[open]")) return;
      event.preventDefault();
      saveAndIssue.current();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}
