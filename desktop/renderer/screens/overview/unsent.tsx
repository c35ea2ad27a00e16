/** The list of unsent input, with a link to each form. */
import type { ComponentChild } from "preact";
import type { InputLabel } from "../../../contract/contract.ts";
import { formOf, refreshUnsent, unsent } from "../../form/unsent.ts";
import { call } from "../../state/bridge.ts";
import { locale } from "../../state/state.ts";
import { time } from "../../text/format.ts";

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
                <th scope="col">Form</th>
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
  const { form, at, sending, copy } = label;
  const { label: name, to } = formOf(form);
  const discard = async () => {
    await call("forgetInput", { form }).catch(() => {});
    await refreshUnsent();
  };
  return (
    <tr>
      <td>{to === null ? name : <a href={`#${to}`}>{name}</a>}</td>
      <td>{time(at, locale.value)}</td>
      <td>{stateOf({ sending, copy })}</td>
      <td>
        {/* If the input may already be written, its form must find out first. */}
        {!sending && (
          <button type="button" class="link" onClick={() => void discard()} aria-label={`Discard: ${name}`}>
            Discard
          </button>
        )}
      </td>
    </tr>
  );
}

function stateOf({ sending, copy }: Pick<InputLabel, "sending" | "copy">): string {
  if (sending) return "Sent, but not confirmed. Open it to check.";
  return copy ? "A copy from before the server’s history was downloaded again" : "Not sent";
}
