/** The list of unsent input: of whom and what it is, with a link to each form. */
import type { ComponentChild } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Failure } from "../../../contract/call-error.ts";
import type { InputLabel } from "../../../contract/contract.ts";
import { formOf, refreshUnsent, unsent } from "../../form/unsent.ts";
import { writeAgain } from "../../form/write.ts";
import { Dialog } from "../../parts/action.tsx";
import { Problem } from "../../parts/problem.tsx";
import { WriteButton } from "../../parts/write-button.tsx";
import { call } from "../../state/bridge.ts";
import { failureIn } from "../../state/call-failed.ts";
import { locale, organization } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { ago, time } from "../../text/format.ts";
import { type Description, describe, subjectsOf } from "./unsent-words.ts";

export function Unsent(): ComponentChild {
  return (
    <>
      <header class="page-head">
        <h1>Not sent yet</h1>
      </header>
      {unsent.value.length === 0 ? (
        <p class="empty">Everything you typed here has been sent.</p>
      ) : (
        <section class="panel">
          <p class="detail">Saved on this computer until you send or discard it.</p>
          <table class="table" aria-label="Not sent yet">
            <thead>
              <tr>
                <th scope="col">Entry</th>
                <th scope="col">Last edited</th>
                <th scope="col">Status</th>
                <th scope="col">
                  <span class="for-screen-readers">Discard</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {unsent.value.map((label) => (
                <UnsentRow key={label.form} label={label} />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </>
  );
}

function UnsentRow({ label }: { label: InputLabel }): ComponentChild {
  const { form, at } = label;
  const { to } = formOf(form);
  const description = useDescription(label);
  const { what, details, problem } = description;
  const isAction = form.startsWith("do/");
  return (
    <tr>
      <td>
        {to === null ? what : <a href={`#${to}`}>{what}</a>}
        {details !== "" && <div class="detail">{details}</div>}
      </td>
      <td title={time(at, locale.value)}>{ago(at, Date.now(), locale.value)}</td>
      <td class={problem === null ? "unbroken" : undefined}>{problem ?? stateOf(label, isAction)}</td>
      <td>
        {/* If the input may already be written, its form must find out first. */}
        {!label.sending && <Discard form={form} description={description} />}
        {label.sending && isAction && <SendAgain form={form} />}
      </td>
    </tr>
  );
}

/** Reads the input, and what it refers to. Until then, the row has the name of the form. */
function useDescription({ form, at }: InputLabel): Description {
  const [typed, setTyped] = useState<Readonly<Record<string, unknown>> | null>(null);
  useEffect(() => {
    let current = true;
    call("getInput", { form }).then(
      (input) => current && setTyped(typedIn(input?.text ?? "")),
      () => {}, // the login is over: the list is about to empty
    );
    return () => {
      current = false;
    };
  }, [form, at]);
  const subjects = subjectsOf(form, typed ?? {});
  const ask = (id: number | null) => (id === null ? null : { id });
  const { value: document } = useCall("getInvoice", ask(subjects.document));
  const { value: payment } = useCall("getPayment", ask(subjects.payment));
  const { value: refund } = useCall("getRefund", ask(subjects.refund));
  const { value: item } = useCall("getItem", ask(subjects.item));
  const { value: client } = useCall(
    "getClient",
    ask(subjects.client ?? payment?.client_id ?? refund?.client_id ?? null),
  );
  if (typed === null) return { what: formOf(form).label, details: "", problem: null };
  const home = organization.value?.currency ?? "EUR";
  try {
    return describe(form, typed, { client, document, payment, refund, item }, { locale: locale.value, home });
  } catch {
    // Another release stored it in another form. Its own screen shows what of it can be read.
    return { what: formOf(form).label, details: "", problem: null };
  }
}

function typedIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const { value } = JSON.parse(text) as { value?: unknown };
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {}; // sent without a text
  }
}

function Discard({ form, description }: { form: string; description: Description }): ComponentChild {
  const [open, setOpen] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const { what, details } = description;
  const discard = async () => {
    try {
      await call("forgetInput", { form });
      await refreshUnsent();
    } catch (error) {
      setFailure(failureIn(error)); // it was sent in another window meanwhile
    }
  };
  return (
    <>
      <button type="button" class="link" onClick={() => setOpen(true)} aria-label={`Discard: ${what}`}>
        Discard…
      </button>
      {open && (
        <Dialog title="Discard what you typed?" onClose={() => setOpen(false)}>
          <p>{[what, details].filter((text) => text !== "").join(": ")}. This cannot be undone.</p>
          {failure && <Problem failure={failure} />}
          <div class="form-actions">
            <button type="button" class="danger" onClick={() => void discard()}>
              Discard
            </button>
            <button type="button" class="plain" onClick={() => setOpen(false)}>
              Keep
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}

/** For a button's command, which has no form that could send it again. */
function SendAgain({ form }: { form: string }): ComponentChild {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const send = async () => {
    setBusy(true);
    setFailure(null);
    await writeAgain(form).catch((error) => setFailure(failureIn(error)));
    setBusy(false);
    await refreshUnsent();
  };
  return (
    <>
      <WriteButton plain disabled={busy} onClick={() => void send()}>
        {busy ? "Sending…" : "Send again"}
      </WriteButton>
      {failure && <Problem failure={failure} />}
    </>
  );
}

function stateOf({ sending, copy }: InputLabel, isAction: boolean): string {
  if (sending)
    return isAction
      ? "Sent, but not confirmed. Send it again to find out: it is never done twice."
      : "Sent, but not confirmed. Open it to check.";
  return copy ? "A copy from before the server’s history was downloaded again" : "Not sent";
}
