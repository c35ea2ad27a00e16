/** The order of a list of invoices without one of its own. Screens show it, so this file imports nothing. */

/** The filters that bring an order with them. */
interface RangeFilter {
  open?: boolean | undefined;
  owed?: boolean | undefined;
  overdue?: boolean | undefined;
  issued_from?: unknown;
  issued_to?: unknown;
  due_from?: unknown;
  due_to?: unknown;
  gross_min?: unknown;
  gross_max?: unknown;
}

export function defaultInvoiceSort(filter: RangeFilter): "due_on" | "-issued_on" | "-gross_minor" | "-id" {
  const { open, owed, overdue, issued_from, issued_to, due_from, due_to, gross_min, gross_max } = filter;
  if (open || overdue || owed !== undefined || due_from !== undefined || due_to !== undefined) return "due_on";
  if (issued_from !== undefined || issued_to !== undefined) return "-issued_on";
  if (gross_min !== undefined || gross_max !== undefined) return "-gross_minor";
  return "-id";
}
