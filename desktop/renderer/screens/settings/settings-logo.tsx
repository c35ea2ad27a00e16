/** The logo on invoices: chosen from a file, previewed, and then saved. */
import type { ComponentChild } from "preact";
import { useRef, useState } from "preact/hooks";
import { OWNER } from "../../../../events/business/roles.ts";
import { MAX_LOGO_BYTES } from "../../../../events/values/logo.ts";
import type { OrganizationRow } from "../../../contract/contract.ts";
import { Action } from "../../parts/action.tsx";
import { mayChange } from "../../parts/write-button.tsx";
import { locale } from "../../state/state.ts";
import { bytes, count } from "../../text/format.ts";
import { base64Of, type Logo, readLogo } from "../../text/logo-file.ts";

export function SettingsLogo({ row }: { row: OrganizationRow }): ComponentChild {
  if (!mayChange(OWNER)) return row.logo && <LogoPanel logo={row.logo} />;
  return <LogoForm row={row} />;
}

function LogoForm({ row }: { row: OrganizationRow }): ComponentChild {
  const [chosen, setChosen] = useState<Logo | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const choose = async (file: File | undefined) => {
    setChosen(null);
    setProblem(null);
    if (!file) return;
    try {
      setChosen(await readLogo(file));
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  const forget = () => {
    setChosen(null);
    if (field.current) field.current.value = "";
  };
  const shown = chosen ? `data:${chosen.mediaType};base64,${base64Of(chosen.bytes)}` : row.logo;
  return (
    <section class="panel logo">
      <h2>Logo</h2>
      {shown ? <LogoPicture logo={shown} /> : <p class="detail">No logo yet.</p>}
      <div class="field">
        <label for="logo-file">{row.logo ? "Replace picture" : "Picture"}</label>
        <input
          id="logo-file"
          type="file"
          accept="image/png,image/jpeg"
          aria-invalid={problem !== null}
          aria-describedby="logo-hint logo-problem"
          ref={field}
          onChange={({ currentTarget }) => void choose(currentTarget.files?.[0])}
        />
        <p id="logo-hint" class="detail">
          PNG or JPEG. Pictures larger than {bytes(MAX_LOGO_BYTES, locale.value)} are scaled down.
        </p>
        <p id="logo-problem" class="field-error" role="alert">
          {problem}
        </p>
      </div>
      {chosen && <p role="status">{sizeText(chosen)}</p>}
      <div class="form-actions">
        {chosen && (
          <Action
            name="Save logo"
            command={() => ({
              command: "ChangeLogo",
              input: { logo: { mediaType: chosen.mediaType, image: base64Of(chosen.bytes) } },
            })}
            onDone={forget}
            roles={OWNER}
            primary
          />
        )}
        {chosen && (
          <button type="button" class="plain" onClick={forget}>
            Cancel
          </button>
        )}
        {row.logo && !chosen && (
          <Action
            name="Remove logo"
            command={() => ({ command: "ChangeLogo", input: { logo: null } })}
            ask={{
              title: "Remove the logo?",
              text: "Invoices are then printed without a logo, including those already issued.",
              yes: "Remove",
            }}
            roles={OWNER}
          />
        )}
      </div>
    </section>
  );
}

function sizeText({ bytes: { length }, scaledTo }: Logo): string {
  const size = bytes(length, locale.value);
  if (!scaledTo) return `${size}. Not saved yet.`;
  const [width, height] = [scaledTo.width, scaledTo.height].map((pixels) => count(pixels, locale.value));
  return `Scaled down to ${width} × ${height} pixels, ${size}. Not saved yet.`;
}

function LogoPanel({ logo }: { logo: string }): ComponentChild {
  return (
    <section class="panel logo">
      <h2>Logo</h2>
      <LogoPicture logo={logo} />
    </section>
  );
}

function LogoPicture({ logo }: { logo: string }): ComponentChild {
  return <img class="logo-picture" src={logo} alt="The organization's logo" />;
}
