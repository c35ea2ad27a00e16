/** What pages of other ports of this machine can do to the viewer, tried in a real browser: nothing. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { after } from "node:test";
import type { Page } from "playwright-core";
import { until } from "../../fixtures/tests/until.ts";
import { browserTest, CHROMIUM, launchChromium } from "../app-tests/chromium.suite.ts";
import type { SyncStatus } from "../contract/contract.ts";
import { NO_PROOF } from "../contract/proof.ts";
import { bundleRenderer } from "../package/bundle.ts";
import { ViewerServer } from "./viewer-server.ts";

const files = CHROMIUM === null ? null : await bundleRenderer();
const browser = CHROMIUM === null ? null : await launchChromium();
after(() => browser?.close());

const SECRET = "https://secret.example";
/** Of a viewer that knows its server and waits for a login: the page shows the server. */
const STATUS: SyncStatus = {
  ...{ initialized: false, lastSync: null, isOnline: true, phase: "idle", progress: null, needs: "login", error: null },
  ...{ server: SECRET, log: null, user: null, head: 0, checkpoint: 0, nextTryAt: null, clockAheadMs: null },
  proof: NO_PROOF,
};

/** A viewer that answers every call with the secret. */
async function startViewer(port = 0) {
  assert.ok(files);
  const calls: unknown[] = [];
  const viewer = new ViewerServer({
    port,
    files,
    async call(name) {
      calls.push(name);
      if (name === "getSettings") return { ok: true, value: { theme: "system", locale: null } };
      return { ok: true, value: STATUS };
    },
    status: () => STATUS,
  });
  const address = await viewer.listen();
  after(() => viewer.close());
  return { viewer, address, origin: new URL(address).origin, calls };
}

/** Another server on loopback, with a page that has no policy. */
async function startOther() {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    response.writeHead(200, { "content-type": "text/html" }).end("<title>other</title><body>");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

async function newContext() {
  assert.ok(browser);
  const context = await browser.newContext();
  after(() => context.close());
  return context;
}

/** Waits until the page shows the viewer's data. */
const untilIn = async (page: Page, text = SECRET) => await page.getByText(text).waitFor();

browserTest("a page of another port gets no secret, reads nothing and calls nothing", async () => {
  const [viewer, other, context] = [await startViewer(), await startOther(), await newContext()];
  const page = await context.newPage();
  await page.goto(viewer.address);
  await page.waitForURL(`${viewer.origin}/`);
  await untilIn(page);
  const callsBefore = viewer.calls.length;
  assert.ok(callsBefore > 0, "the viewer's own page may call");

  // The same tab, so that whatever the browser sends along is sent along; twice, because cookies come with the second visit.
  await page.goto(`${other.origin}/`);
  await page.goto(`${other.origin}/again`);
  for (const { headers } of other.requests)
    assert.deepEqual([headers.cookie, headers.authorization, headers.referer], [undefined, undefined, undefined]);
  assert.deepEqual(await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie]), [
    0,
    0,
    "",
  ]);

  const seen = await page.evaluate(async (target) => {
    const seen: string[] = [];
    const body = '{"call":"steal","argument":{}}';
    const attempt = async (name: string, work: () => Promise<string>) =>
      seen.push(`${name}: ${await work().catch(() => "refused")}`);
    const read = async (path: string, init: RequestInit) => await (await fetch(target + path, init)).text();
    for (const credentials of ["include", "omit"] as const) {
      await attempt("GET", () => read("/status", { credentials }));
      await attempt("GET of the page", () => read("/", { credentials }));
      await attempt("POST", () => read("/call", { method: "POST", body, credentials }));
      await attempt("POST as JSON", () =>
        read("/call", { method: "POST", body, credentials, headers: { "content-type": "application/json" } }),
      );
      await attempt("blind POST", () => read("/call", { method: "POST", body, credentials, mode: "no-cors" }));
      await attempt("session", () => read("/session", { method: "POST", body: "", credentials }));
    }
    const element = (tag: "script" | "iframe" | "img" | "link", path: string) =>
      new Promise<string>((resolve) => {
        const made = document.createElement(tag);
        Object.assign(made, tag === "link" ? { rel: "stylesheet", href: target + path } : { src: target + path });
        made.onerror = () => resolve("refused");
        made.onload = () =>
          resolve(
            tag === "iframe" ? `${(made as HTMLIFrameElement).contentDocument?.body.innerText ?? "refused"}` : "LOADED",
          );
        document.body.append(made);
      });
    for (const [tag, path] of [
      ["script", "/app.js"],
      ["link", "/app.css"],
      ["img", "/status"],
      ["iframe", "/"],
    ] as const)
      await attempt(tag, () => element(tag, path));
    await attempt(
      "EventSource",
      () =>
        new Promise((resolve) => {
          const source = new EventSource(`${target}/status`, { withCredentials: true });
          source.onmessage = ({ data }) => resolve(data);
          source.onerror = () => resolve("refused");
        }),
    );
    await attempt(
      "WebSocket",
      () =>
        new Promise((resolve) => {
          const socket = new WebSocket(`${target.replace("http", "ws")}/status`);
          socket.onopen = () => resolve("OPEN");
          socket.onerror = () => resolve("refused");
        }),
    );
    const form = document.createElement("form");
    Object.assign(form, { method: "POST", action: `${target}/call`, enctype: "text/plain", target: "frame" });
    const [frame, input] = [document.createElement("iframe"), document.createElement("input")];
    frame.name = "frame";
    Object.assign(input, { name: '{"call":"steal","argument":{"a":"', value: '"}}' });
    form.append(input);
    document.body.append(frame, form);
    await attempt(
      "form",
      () =>
        new Promise((resolve) => {
          frame.onload = () => resolve(frame.contentDocument?.body.innerText || "refused");
          form.submit();
        }),
    );
    return seen;
  }, viewer.origin);
  const allowed = /: (?:|refused)$/;
  assert.deepEqual(
    seen.filter((line) => !allowed.test(line)),
    [],
  );
  assert.ok(seen.length >= 17, `${seen.length} attempts`);
  assert.ok(!viewer.calls.includes("steal"), `${viewer.calls}`);

  // It may open the app in a window, as a link does. It has no access to that window.
  const [opened] = await Promise.all([
    context.waitForEvent("page"),
    page.evaluate(
      (target) => Object.assign(globalThis, { opened: window.open(target) }).opened === null,
      viewer.origin,
    ),
  ]);
  await untilIn(opened);
  assert.equal(await opened.evaluate(() => window.opener), null);
  assert.ok(await page.evaluate(() => (globalThis as unknown as { opened: Window }).opened.closed), "cut off");
});

browserTest("two viewers run side by side in one browser", async () => {
  const [first, second, context] = [await startViewer(), await startViewer(), await newContext()];
  const pages = [];
  for (const { address, origin } of [first, second]) {
    const page = await context.newPage();
    await page.goto(address);
    await page.waitForURL(`${origin}/`);
    pages.push(page);
  }
  for (const page of pages) {
    await page.reload();
    await untilIn(page);
  }
});

browserTest("eight tabs of one viewer work at once, and each follows the status", async () => {
  const [{ viewer, address, origin }, context] = [await startViewer(), await newContext()];
  const page = await context.newPage();
  await page.goto(address);
  await page.waitForURL(`${origin}/`);
  const tabs = [page];
  for (let n = 2; n <= 8; n++) {
    const tab = await context.newPage();
    await tab.goto(`${origin}/#/invoices/${n}`);
    await untilIn(tab);
    tabs.push(tab);
  }
  // Two more by the browser's own ways to open a link: with and without a link back to the tab.
  for (const rel of ["opener", "noopener"]) {
    const [tab] = await Promise.all([
      context.waitForEvent("page"),
      page.evaluate((rel) => {
        const link = Object.assign(document.createElement("a"), { href: "/#/clients", target: "_blank", rel });
        document.body.append(link);
        link.click();
      }, rel),
    ]);
    await untilIn(tab);
  }
  const [first, ...others] = tabs;
  await first?.close(); // another tab takes over the stream
  await until("the new status in every tab", async () => {
    viewer.sendStatus({ ...STATUS, server: "https://new.example" });
    const shown = await Promise.all(others.map((tab) => tab.getByText("https://new.example").count()));
    return shown.every((count) => count === 1);
  });
});

browserTest(
  "after a restart on the same port, the new address works in the old tab, and says so until then",
  async () => {
    const [before, context] = [await startViewer(), await newContext()];
    const page = await context.newPage();
    await page.goto(before.address);
    await page.waitForURL(`${before.origin}/`);
    await before.viewer.close();
    const after = await startViewer(Number(new URL(before.origin).port));
    await page.reload();
    await page.getByRole("alert").getByText("Open the address that the viewer printed").waitFor();
    await page.goto(before.address);
    await page.getByRole("alert").getByText("Start the viewer again").waitFor();
    await page.goto(after.address);
    await page.waitForURL(`${after.origin}/`);
    await untilIn(page);
    assert.ok(!(await page.evaluate(() => history.length + location.href)).includes("key"));
  },
);
