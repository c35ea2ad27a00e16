/** The places of the app by name: the sections of the navigation, and the parts of the settings. */
import { OWNER, ROLES, type Role } from "../../../events/business/roles.ts";

/** In the order of the navigation. Alt with the key opens the section. */
export const SECTIONS = [
  { path: "/", name: "Overview", key: "1" },
  { path: "/invoices", name: "Invoices", key: "2" },
  { path: "/clients", name: "Clients", key: "3" },
  { path: "/items", name: "Items", key: "4" },
  { path: "/payments", name: "Payments", key: "5" },
  { path: "/activity", name: "Activity", key: "6" },
  { path: "/settings", name: "Settings", key: "7" },
] as const;

interface SettingsPlace {
  path: string;
  name: string;
  /** Who may open it. */
  roles: readonly Role[];
}

/** In the order of the tabs. */
export const SETTINGS = [
  { path: "/settings", name: "Organization", roles: ROLES },
  { path: "/settings/series", name: "Number series", roles: ROLES },
  { path: "/settings/vat-rates", name: "VAT rates", roles: ROLES },
  { path: "/settings/periods", name: "Locked periods", roles: ROLES },
  { path: "/settings/users", name: "Users", roles: OWNER },
  { path: "/settings/password", name: "Password", roles: ROLES },
  { path: "/settings/device", name: "This device", roles: ROLES },
] as const satisfies readonly SettingsPlace[];
