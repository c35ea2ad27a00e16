/** What is typed and not sent: each with the way back to its form. */
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
        <p class="empty">Everything that was typed here is sent.</p>
      ) : (
        <section class="panel">
          <p class="detail">It is kept on this computer, until you send it or discard it.</p>
          <table class="table" aria-label="Not sent yet">
            <thead>
              <tr>
                <th scope="col">What</th>
                <th scope="col">Typed</th>
                <th scope="col">State</th>
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
        {/* What may have been written is asked for first, in its form. */}
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
  if (sending) return "Sent, without an answer: open it to find out";
  return copy ? "A copy, of before the server’s history was fetched anew" : "Not sent";
}
