/** Settings: the organization, its number series, VAT rates and users, the user's own password, and this device. */
import type { ComponentChild } from "preact";
import { SETTINGS } from "../../parts/places.ts";
import { mayWrite } from "../../parts/write-button.tsx";
import { Device } from "./settings-frame.tsx";
import { InviteUser } from "./settings-invite.tsx";
import { LockSettings } from "./settings-lock.tsx";
import { OrganizationSettings } from "./settings-organization.tsx";
import { PasswordSettings } from "./settings-password.tsx";
import { SeriesSettings } from "./settings-series.tsx";
import { UserSettings } from "./settings-user.tsx";
import { UsersSettings } from "./settings-users.tsx";
import { VatRateSettings } from "./settings-vat-rates.tsx";

/** What each part shows, by its address. */
const SHOW: { readonly [P in (typeof SETTINGS)[number]["path"]]: () => ComponentChild } = {
  "/settings": () => <OrganizationSettings />,
  "/settings/series": () => <SeriesSettings />,
  "/settings/vat-rates": () => <VatRateSettings />,
  "/settings/periods": () => <LockSettings />,
  "/settings/users": () => <UsersSettings />,
  "/settings/password": () => <PasswordSettings />,
  "/settings/device": () => <Device />,
};

/** @param route such as `/settings/users/12` @returns null if there is no such part */
export function settingsAt(route: string): ComponentChild | null {
  const [, id] = /^\/settings\/users\/(\d{1,15})$/.exec(route) ?? [];
  const part = SETTINGS.find(({ path }) => path === (route.startsWith("/settings/users/") ? "/settings/users" : route));
  if (!part) return null;
  const inside =
    id !== undefined ? (
      <UserSettings key={id} id={Number(id)} />
    ) : route === "/settings/users/new" ? (
      <InviteUser />
    ) : null;
  if (route.startsWith("/settings/users/") && inside === null) return null;
  return (
    <>
      <header class="page-head">
        <h1>Settings</h1>
        <nav class="tabs" aria-label="Settings">
          {SETTINGS.filter(({ roles }) => mayWrite(roles)).map(({ path, name }) => (
            <a key={path} href={`#${path}`} aria-current={path === part.path ? "page" : undefined}>
              {name}
            </a>
          ))}
        </nav>
      </header>
      {mayWrite(part.roles) ? (inside ?? SHOW[part.path]()) : <p class="empty">Only owners can open this page.</p>}
    </>
  );
}
