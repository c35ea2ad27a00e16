/** Which screen an address shows. */
import type { ComponentChild } from "preact";
import { OnlyNow } from "./fields/only-now.tsx";
import { Client } from "./screens/clients/client.tsx";
import { EditClient, NewClient } from "./screens/clients/client-form.tsx";
import { Clients } from "./screens/clients/clients.tsx";
import { ChangesScreen } from "./screens/history/changes.tsx";
import { WhyEvent } from "./screens/history/why-event.tsx";
import { WhyPage } from "./screens/history/why-page.tsx";
import { EditInvoice, NewInvoice } from "./screens/invoice-form/invoice-form-screens.tsx";
import { ApplyCredit } from "./screens/invoices/credit-form.tsx";
import { Invoice } from "./screens/invoices/invoice.tsx";
import { Invoices } from "./screens/invoices/invoices.tsx";
import { Item } from "./screens/items/item.tsx";
import { EditItem, NewItem } from "./screens/items/item-form.tsx";
import { Items } from "./screens/items/items.tsx";
import { Activity } from "./screens/overview/activity.tsx";
import { Overview } from "./screens/overview/overview.tsx";
import { Payment } from "./screens/payments/payment.tsx";
import { NewPayment } from "./screens/payments/payment-form.tsx";
import { ReallocatePayment } from "./screens/payments/payment-form-reallocate.tsx";
import { Payments } from "./screens/payments/payments.tsx";
import { Refund } from "./screens/payments/refund.tsx";
import { NewRefund } from "./screens/payments/refund-form.tsx";
import { Refunds } from "./screens/payments/refunds.tsx";
import { reportsAt } from "./screens/reports/reports.tsx";
import { Diagnostics } from "./screens/settings/diagnostics.tsx";
import { settingsAt } from "./screens/settings/settings.tsx";
import { Unsent } from "./screens/unsent/unsent.tsx";
import { at } from "./state/at.ts";

/** The screens of one record, by the address of its list. The `key` gives each record a screen of its own. */
const DETAILS: Readonly<Record<string, (id: number) => ComponentChild>> = {
  clients: (id) => <Client key={id} id={id} />,
  // Without a key the screen is reused, so that stepping through a list does not flicker.
  invoices: (id) => <Invoice id={id} />,
  items: (id) => <Item key={id} id={id} />,
  payments: (id) => <Payment key={id} id={id} />,
  refunds: (id) => <Refund key={id} id={id} />,
  events: (id) => <WhyEvent key={id} seq={id} />,
};

/** The screens that create a record, by address. */
const FORMS: Readonly<Record<string, () => ComponentChild>> = {
  "/clients/new": () => <NewClient />,
  "/invoices/new": () => <NewInvoice />,
  "/items/new": () => <NewItem />,
  "/payments/new": () => <NewPayment />,
  "/refunds/new": () => <NewRefund />,
};

/** The screens that change a record, by address without the id: `items/edit` for `/items/12/edit`. */
const EDITORS: Readonly<Record<string, (id: number) => ComponentChild>> = {
  "clients/edit": (id) => <EditClient key={id} id={id} />,
  "invoices/apply": (id) => <ApplyCredit key={id} id={id} />,
  "payments/reallocate": (id) => <ReallocatePayment key={id} id={id} />,
  "invoices/edit": (id) => <EditInvoice key={id} id={id} />,
  "items/edit": (id) => <EditItem key={id} id={id} />,
};

/** @param address the part after `#`, such as `/invoices/12?status=draft` */
export function screenOf(address: string): ComponentChild {
  const [route = "/"] = address.split("?");
  if (route === "/") return <Overview />;
  if (route === "/invoices") return <Invoices />;
  if (route === "/clients") return <Clients />;
  if (route === "/items") return <Items />;
  if (route === "/payments") return <Payments />;
  if (route === "/refunds") return <Refunds />;
  if (route === "/activity") return <Activity />;
  if (route === "/why") return <WhyPage />;
  if (route === "/changes") return <ChangesScreen />;
  if (route === "/diagnostics") return <Diagnostics />;
  if (route === "/unsent") return <Unsent />;
  const part = settingsAt(route) ?? reportsAt(route);
  if (part) return part;
  const form = FORMS[route];
  if (form) return at.value === null ? form() : <OnlyNow what="Not in the past" />;
  const [, edited = "", editedId = "", how = ""] = /^\/(\w+)\/(\d{1,15})\/(\w+)$/.exec(route) ?? [];
  const editor = EDITORS[`${edited}/${how}`]?.(Number(editedId));
  if (editor) return at.value === null ? editor : <OnlyNow what="Not in the past" />;
  const [, list = "", id = ""] = /^\/(\w+)\/(\d{1,15})$/.exec(route) ?? [];
  const detail = DETAILS[list]?.(Number(id));
  if (detail) return detail;
  return (
    <section class="empty">
      <h1>Page not found</h1>
      <p>
        <a href="#/">Go to the overview</a>
      </p>
    </section>
  );
}
