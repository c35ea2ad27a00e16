/** Which screen an address shows. */
import type { ComponentChild } from "preact";
import { Overview } from "./screens/overview.tsx";

/** In the order of the navigation. Alt and the key go there. */
export const SECTIONS = [
  { path: "/", name: "Overview", key: "1" },
  { path: "/invoices", name: "Invoices", key: "2" },
  { path: "/clients", name: "Clients", key: "3" },
  { path: "/items", name: "Items", key: "4" },
  { path: "/payments", name: "Payments", key: "5" },
  { path: "/diagnostics", name: "Diagnostics", key: "6" },
] as const;

/** @param address the part after `#`, such as `/invoices/12?status=draft` */
export function screenOf(address: string): ComponentChild {
  const [route = "/"] = address.split("?");
  if (route === "/") return <Overview />;
  return (
    <section class="empty">
      <h1>There is no such page</h1>
      <p>
        <a href="#/">Go to the overview</a>
      </p>
    </section>
  );
}
