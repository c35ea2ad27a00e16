/** The places of the app by name: the sections of the navigation, the reports, and the parts of the settings. */
import { OWNER, ROLES, type Role } from "../../../events/business/roles.ts";

/** In the order of the navigation. Alt with the key opens the section. */
export const SECTIONS = [
  { path: "/", name: "Overview", key: "1" },
  { path: "/invoices", name: "Invoices", key: "2" },
  { path: "/clients", name: "Clients", key: "3" },
  { path: "/items", name: "Items", key: "4" },
  { path: "/payments", name: "Payments", key: "5" },
  { path: "/reports", name: "Reports", key: "6" },
  { path: "/activity", name: "Activity", key: "7" },
  { path: "/settings", name: "Settings", key: "8" },
] as const;

/** In the order of the tabs. `words`: what the palette finds them by, too. */
export const REPORTS = [
  { path: "/reports", name: "VAT", words: "tax return" },
  { path: "/reports/sales-list", name: "Sales list", words: "EC sales recapitulative statement intra-community" },
  { path: "/reports/open-items", name: "Open items", words: "aged receivables debtors outstanding dated until" },
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
