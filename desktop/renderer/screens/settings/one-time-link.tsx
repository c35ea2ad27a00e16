/** Shows a one-time link once, to the user who created it, for copying. */
import type { ComponentChild } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import type { OneTimeLink } from "../../../contract/contract.ts";
import { locale, status } from "../../state/state.ts";
import { time } from "../../text/format.ts";
import { invitationText } from "../../text/invitation.ts";

export function LinkPanel({ link, email }: { link: OneTimeLink; email: string }): ComponentChild {
  const [copied, setCopied] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const text = invitationText(status.value?.server ?? "", link.invitation);
  const copy = () => {
    field.current?.select();
    // The shell denies pages the clipboard API. A click may still copy the selection.
    setCopied(document.execCommand("copy") ? "Copied." : "Press Ctrl+C.");
  };
  return (
    <section class="panel one-time-link" role="status">
      <h2>One-time link for {email}</h2>
      <p>
        Give this link only to them, because anyone who has it can set the password. In Invoify, they choose “I have an
        invitation” and paste the link. It works once, until {time(Date.parse(link.expiresAt), locale.value)}, and is
        not shown again.
      </p>
      <label for={id}>One-time link</label>
      <div class="form-actions">
        <input
          id={id}
          class="code"
          readOnly
          value={text}
          spellcheck={false}
          ref={field}
          onFocus={({ currentTarget }) => currentTarget.select()}
        />
        <button type="button" onClick={copy}>
          Copy
        </button>
        <span class="detail" role="status">
          {copied}
        </span>
      </div>
    </section>
  );
}
