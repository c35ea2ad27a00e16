/** The settings of this device, which apply immediately, and where its files are. */
import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";
import type { Failure } from "../../../contract/call-error.ts";
import type { Settings } from "../../../contract/contract.ts";
import { Facts } from "../../parts/facts.tsx";
import { Problem } from "../../parts/problem.tsx";
import { call } from "../../state/bridge.ts";
import { failureIn } from "../../state/call-failed.ts";
import { locale, organization, settings, status } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { bytes, day, money, rate } from "../../text/format.ts";
import { roleName } from "../../text/roles.ts";
import { keyWords, verifiedWords } from "./proof-panel.tsx";
import { EncryptionSettings } from "./settings-encryption.tsx";
import { ServerSettings } from "./settings-server.tsx";

const THEMES = [
  ["system", "System default"],
  ["light", "Light"],
  ["dark", "Dark"],
] as const;

/** The locales to choose from, for dates, numbers and amounts. */
const LOCALES =
  "en-GB en-US en-IE en-AU en-CA en-NZ en-IN en-ZA bg-BG cs-CZ da-DK de-AT de-CH de-DE el-GR es-ES es-MX et-EE fi-FI fr-BE fr-CA fr-CH fr-FR hr-HR hu-HU it-CH it-IT ja-JP ko-KR lt-LT lv-LV nb-NO nl-BE nl-NL pl-PL pt-BR pt-PT ro-RO sk-SK sl-SI sv-SE tr-TR uk-UA zh-CN zh-TW".split(
    " ",
  );

export function Device(): ComponentChild {
  return (
    <>
      <DeviceSettings />
      <DeviceData />
      <EncryptionSettings />
    </>
  );
}

/** Where the data comes from, and where it is stored. */
function DeviceData(): ComponentChild {
  const { value, failure, retry } = useCall("getDiagnostics", {});
  const { user } = status.value ?? {};
  const whole = value?.files.reduce((sum, file) => sum + file.bytes, 0);
  return (
    <section class="panel">
      <h2>Data on this device</h2>
      <Facts
        facts={[
          ["Logged in as", user && `${user.name} (${user.email}), ${roleName(user.role).toLowerCase()}`],
          ["Verified", status.value && verifiedWords(status.value.proof)],
          ["Server's key", status.value && keyWords(status.value.proof)],
          ["Folder", value && <span class="breaks">{value.folder}</span>],
          ["Total size", whole !== undefined && bytes(whole, locale.value)],
        ]}
      />
      {failure && <Problem failure={failure} retry={retry} />}
      <ServerSettings />
      <p class="detail">
        You can delete this folder while Invoify is not running. The next login downloads the data again. Anything you
        typed and did not send is lost.
      </p>
      <p>
        <a href="#/diagnostics">Diagnostics: files, versions and recent syncs</a>
      </p>
    </section>
  );
}

function DeviceSettings(): ComponentChild {
  const [failure, setFailure] = useState<Failure | null>(null);
  const { theme, locale } = settings.value;
  const change = async (changed: Partial<Settings>) => {
    try {
      settings.value = await call("setSettings", changed);
      setFailure(null);
    } catch (error) {
      setFailure(failureIn(error));
    }
  };
  const names = new Intl.DisplayNames("en", { type: "language" });
  const known = locale === null || LOCALES.includes(locale) ? LOCALES : [locale, ...LOCALES];
  return (
    <section class="panel">
      <h2>This device</h2>
      <div class="settings">
        <fieldset class="choices">
          <legend>Appearance</legend>
          {THEMES.map(([value, says]) => (
            <label key={value}>
              <input
                type="radio"
                name="theme"
                checked={theme === value}
                onChange={() => void change({ theme: value })}
              />
              {says}
            </label>
          ))}
        </fieldset>
        <div>
          <label>
            Dates, numbers and amounts
            <select
              aria-describedby="language-sample"
              value={locale ?? ""}
              onChange={({ currentTarget }) => void change({ locale: currentTarget.value || null })}
            >
              <option value="">System default: {names.of(navigator.language)}</option>
              {known.map((tag) => (
                <option key={tag} value={tag}>
                  {names.of(tag)}
                </option>
              ))}
            </select>
          </label>
          <p id="language-sample" class="detail">
            {sampleIn(locale ?? navigator.language)}
          </p>
        </div>
        <LogOut onFailure={setFailure} />
      </div>
      {failure && <Problem failure={failure} />}
    </section>
  );
}

/** Asks for confirmation, because the next login needs the server. */
function LogOut({ onFailure }: { onFailure: (failure: Failure) => void }): ComponentChild {
  const [confirming, setConfirming] = useState(false);
  const { user } = status.value ?? {};
  if (!confirming)
    return (
      <div>
        <button type="button" class="plain" onClick={() => setConfirming(true)}>
          Log out…
        </button>
        <p class="detail">{user?.email}</p>
      </div>
    );
  return (
    <div role="alertdialog" aria-label="Log out">
      <p>You cannot read anything here until you log in again, which needs the internet.</p>
      <div class="filter-bar">
        <button
          type="button"
          class="danger"
          ref={(button) => button?.focus()}
          onClick={() => void call("logout", {}).catch((error) => onFailure(failureIn(error)))}
        >
          Log out
        </button>
        <button type="button" class="plain" onClick={() => setConfirming(false)}>
          Stay logged in
        </button>
      </div>
    </div>
  );
}

function sampleIn(locale: string): string {
  const currency = organization.value?.currency ?? "EUR";
  return `${day("2026-06-30", locale)} · ${money(123_456_789, currency, locale)} · ${rate(1250, locale)}`;
}
