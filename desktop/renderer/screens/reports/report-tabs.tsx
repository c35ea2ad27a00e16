/** The head of each report: the tabs. */
import type { ComponentChild } from "preact";
import { REPORTS } from "../../parts/places.ts";

export function ReportTabs({ here }: { here: (typeof REPORTS)[number]["path"] }): ComponentChild {
  return (
    <header class="page-head">
      <h1>Reports</h1>
      <nav class="tabs" aria-label="Reports">
        {REPORTS.map(({ path, name }) => (
          <a key={path} href={`#${path}`} aria-current={path === here ? "page" : undefined}>
            {name}
          </a>
        ))}
      </nav>
    </header>
  );
}
