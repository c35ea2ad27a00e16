/** The security that Electron leaves to the app: each test tries to break one promise. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { OWNER, runApi } from "../../api/running-api.suite.ts";
import { browserTest as test } from "../app-tests/chromium.suite.ts";
import { MAX_ARGUMENT } from "../shell/call-check.ts";
import { databaseOf, endApp, newDevice, startApp, startLoggedIn } from "./app.suite.ts";
import { ask, type Shell, until } from "./page.suite.ts";
import type { InvokeEvent } from "./stand-in/windows.suite.ts";

const api = await runApi();
const IMAGE = "<img src=x onerror=alert(1)>";
await api.send("POST", "/api/clients", { name: IMAGE, address: { country: "GB" } });

test("only the app's own page may make calls: no foreign frame, no inner frame, no closed frame", async () => {
  const { electron } = await startLoggedIn(api);
  const [window] = electron.windows;
  const sender = window?.webContents;
  const own = { url: "app://invoify/index.html", parent: null };
  const foreign: InvokeEvent["senderFrame"][] = [
    null,
    { ...own, url: "https://evil.example/" },
    { ...own, url: "app://evil/index.html" },
    { ...own, url: "app://invoify.evil.example/" },
    { ...own, url: "file:///C:/evil.html" },
    { ...own, url: "about:blank" },
    { ...own, parent: {} },
  ];
  for (const senderFrame of foreign) {
    const answer = await electron.invoke({ sender, senderFrame }, "call", "getStatus", {});
    assert.equal(
      (answer as { failure?: { code: string } }).failure?.code,
      "FOREIGN_FRAME",
      JSON.stringify(senderFrame),
    );
    for (const [channel, ...args] of [
      ["save-pdf", "x"],
      ["choose-file", "x.pdf"],
      ["choose-folder"],
      ["write-file", "x.pdf"],
    ])
      await assert.rejects(electron.invoke({ sender, senderFrame }, channel ?? "", ...args), /only the app's own page/);
  }
  const answer = await electron.invoke({ sender, senderFrame: own }, "call", "getStatus", {});
  assert.equal((answer as { ok: boolean }).ok, true);
  await assert.rejects(electron.invoke({ sender, senderFrame: own }, "open-file", "x"), /No handler/);
});

test("unknown calls, and arguments that are not plain data, are refused before they reach the worker", async () => {
  const { electron } = await startLoggedIn(api);
  const [window] = electron.windows;
  const own = { sender: window?.webContents, senderFrame: { url: "app://invoify/index.html", parent: null } };
  const refused: [unknown, unknown, string][] = [
    ["dropTables", {}, "UNKNOWN_CALL"],
    ["__proto__", {}, "UNKNOWN_CALL"],
    ["toString", {}, "UNKNOWN_CALL"],
    [["getStatus"], {}, "UNKNOWN_CALL"],
    ["getInvoice", new Map([["id", 7]]), "NOT_VALID"],
    ["getInvoice", { id: new Date() }, "NOT_VALID"],
    ["getInvoice", { id: new Uint8Array(8) }, "NOT_VALID"],
    ["keepInput", { form: "client/new", text: "x".repeat(MAX_ARGUMENT + 1) }, "NOT_VALID"],
  ];
  for (const [name, argument, code] of refused) {
    const answer = (await electron.invoke(own, "call", name, argument)) as { failure?: { code: string } };
    assert.equal(answer.failure?.code, code, String(name));
  }
  // The page makes calls of its own meanwhile, but none with these names.
  const postedCalls = () =>
    electron.workers[0]?.posted.flatMap((message) => (message.kind === "call" ? message.name : []));
  assert.deepEqual(
    refused.filter(([name]) => postedCalls()?.includes(name)),
    [],
  );
  assert.equal(((await electron.invoke(own, "call", "getEncryption", {})) as { ok: boolean }).ok, true);
  assert.ok(postedCalls()?.includes("getEncryption"), "a valid call reaches it");
});

test("invalid arguments are refused", async () => {
  const { page } = await startLoggedIn(api);
  const refused: [string, unknown, string][] = [
    ["dropTables", {}, "UNKNOWN_CALL"],
    ["getInvoice", { id: "1; DROP TABLE invoice" }, "NOT_VALID"],
    ["getInvoice", { id: -1 }, "NOT_VALID"],
    ["getStatus", { more: 1 }, "NOT_VALID"],
    ["setServer", { server: "http://invoices.example" }, "NOT_VALID"],
    ["setServer", { server: "file:///etc/passwd" }, "NOT_VALID"],
    ["login", { email: "a@example.com", password: "x".repeat(1001) }, "NOT_VALID"],
    ["getInvoiceRows", { ids: Array.from({ length: 201 }, (_, n) => n + 1) }, "NOT_VALID"],
  ];
  for (const [name, argument, code] of refused)
    assert.equal((await ask(page, name, argument)).failure?.code, code, name);
  assert.match((await ask(page, "setServer", { server: "http://a.example" })).failure?.message ?? "", /use https/);
});

test("plain http is allowed for this machine only", async () => {
  const page = await startApp().page();
  for (const server of [
    "http://invoices.example",
    "http://10.0.0.1",
    "http://127.0.0.1.evil.example",
    "ftp://a.example",
  ])
    assert.equal((await ask(page, "setServer", { server })).failure?.field, "server", server);
  for (const server of ["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1", "https://invoices.invalid"])
    assert.equal((await ask(page, "setServer", { server })).failure?.code, "UNREACHABLE", server); // it was tried
  assert.ok((await ask(page, "setServer", { server: api.base })).ok);
});

test("a page cannot leave or open a window; web addresses open in the browser", async () => {
  const { electron, page } = await startLoggedIn(api);
  const here = page.url();
  for (const url of ["https://evil.example/", "file:///etc/passwd", "http://invoify.stand-in/", "data:text/html,x"]) {
    await page.evaluate(
      `new Promise((go) => setTimeout(() => { location.assign(${JSON.stringify(url)}); setTimeout(go, 100); }))`,
    );
    assert.equal(page.url(), here, url);
  }
  await page.evaluate(OPENERS);
  assert.ok(electron.openedUrls.includes("https://invoify.example/help"), electron.openedUrls.join());
  assert.ok(
    electron.openedUrls.every((url) => url.startsWith("https:")),
    electron.openedUrls.join(),
  );
  assert.equal(electron.windows.size, 1);
  const [window] = electron.windows;
  const action = (url: string) => window?.contents.openHandler({ url } as never).action;
  for (const url of ["app://invoify/index.html", "file:///x", "javascript:alert(1)", "ms-msdt:/id", "about:blank"]) {
    const before = electron.openedUrls.length;
    assert.equal(action(url), "deny");
    assert.equal(electron.openedUrls.length, before, url);
  }
  for (const event of ["will-navigate", "will-redirect", "will-frame-navigate"]) {
    assert.equal(window?.contents.offer(event, { url: "https://evil.example/" }), true, event);
    assert.equal(window?.contents.offer(event, { url: "app://invoify/index.html" }), false, event);
  }
  assert.equal(window?.contents.offer("will-attach-webview"), true);
});

test("no permission is granted but copying, and nothing is loaded but the app's own files", async () => {
  const { electron, page } = await startLoggedIn(api);
  for (const permission of [
    "media",
    "geolocation",
    "notifications",
    "midi",
    "openExternal",
    "fileSystem",
    "hid",
    "usb",
  ])
    assert.deepEqual(electron.grants(permission), { request: false, check: false }, permission);
  assert.deepEqual(electron.grants("clipboard-sanitized-write"), { request: true, check: true });
  for (const url of [
    "https://evil.example/x.js",
    "http://127.0.0.1/",
    "file:///etc/passwd",
    "ws://127.0.0.1/",
    "app://x/",
  ])
    assert.equal(electron.cancels(url), true, url);
  assert.equal(electron.cancels("app://invoify/app.js"), false);
  const statuses = await page.evaluate(
    async (paths) => Promise.all(paths.map(async (path) => (await fetch(path)).status)),
    [
      "/app.js",
      "/main.cjs",
      "/../main.cjs",
      "/page/app.js",
      "/%2e%2e/main.cjs",
      "/app.js/..%2f..%2fmain.cjs",
      "/nothing",
    ],
  );
  assert.deepEqual(statuses, [200, 404, 404, 404, 404, 404, 404]);
});

test("foreign scripts do not run: inline, evaluated, from another server, from a handler", async () => {
  const { page } = await startLoggedIn(api);
  const result = await page.evaluate<{ ran: string[]; refused: string[] }>(SCRIPTS);
  assert.deepEqual(result.ran, []);
  assert.deepEqual([...new Set(result.refused)].sort(), [
    "Function: EvalError",
    "eval: EvalError",
    "foreign: TypeError",
    "handler: TypeError",
    "innerHTML: TypeError",
    "require-trusted-types-for", // the inline script
  ]);
  const policy = await page.evaluate<string>(
    `fetch("/index.html").then(({ headers }) => headers.get("content-security-policy"))`,
  );
  const directives = policy.split("; ");
  for (const directive of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'"])
    assert.ok(directives.includes(directive), `${directive} is not in ${policy}`);
  assert.doesNotMatch(policy, /unsafe/);
});

test("a client's name is shown as text, even if it is HTML", async () => {
  const { page } = await startLoggedIn(api);
  const dialogs: string[] = [];
  page.on("dialog", (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await page.getByText(IMAGE).first().waitFor();
  assert.equal(await page.locator('img[src="x"]').count(), 0);
  assert.deepEqual(dialogs, []);
});

test("the login is stored encrypted, and not at all if the system cannot encrypt", async () => {
  const appData = newDevice();
  const { electron } = await startLoggedIn(api, { appData });
  await endApp(electron);
  const stored = readFileSync(join(databaseOf(appData), "login.bin"));
  assert.ok(stored.length > 0);
  assert.ok(!stored.includes(api.base), "the server's address is in it as plain text");
  // Another user of this machine has another key.
  const other = startApp({ appData, userKey: Buffer.alloc(32, 7) });
  assert.equal((await until(await other.page(), ({ needs }) => needs !== null)).needs, "login");
  await endApp(other);

  const bare = newDevice();
  const { electron: without, page } = await startLoggedIn(api, { appData: bare, userKey: null });
  assert.equal((await until(page, ({ isOnline }) => isOnline)).needs, null);
  await endApp(without);
  assert.ok(!existsSync(join(databaseOf(bare), "login.bin")));
});

test("no file contains a secret as plain text", async () => {
  const appData = newDevice();
  const { electron, page } = await startLoggedIn(api, { appData });
  await page.evaluate((token) => (globalThis as unknown as Shell).electron.sync.setAuthToken(token), api.token);
  const stored =
    electron.workers[0]?.heard.flatMap((message) => (message.kind === "storeTokens" ? [message.tokens] : [])) ?? [];
  const secrets = [OWNER.password, api.token, ...stored.flatMap((tokens) => tokens?.refreshToken ?? [])];
  assert.equal(secrets.length, 3);
  await endApp(electron);
  const folder = databaseOf(appData);
  const names = readdirSync(folder);
  assert.ok(names.includes("login.bin") && names.includes("invoify.sqlite"));
  for (const name of names)
    for (const secret of secrets) assert.ok(!readFileSync(join(folder, name)).includes(secret), `${name} contains it`);
});

test("after a logout no cached data is shown", async () => {
  const { page } = await startLoggedIn(api);
  assert.ok((await ask(page, "logout")).ok);
  await page.getByRole("heading", { name: "Log in" }).waitFor();
  for (const name of ["listClients", "getOverview", "listInvoices", "listActivity"])
    assert.equal((await ask(page, name)).failure?.code, "NO_DATA", name);
  assert.equal(await page.getByText(IMAGE).count(), 0);
});

/** Tries to open windows, as a page would. */
const OPENERS = `new Promise((done) => setTimeout(() => {
  open("https://invoify.example/help");
  open("file:///etc/passwd");
  const link = Object.assign(document.createElement("a"), { href: "https://invoify.example/link", target: "_blank" });
  document.body.append(link);
  link.click();
  setTimeout(done, 500);
}))`;

/** Tries to run foreign scripts. In a timer, because code that a test evaluates directly may do more than a page. */
const SCRIPTS = `new Promise((done) => {
  globalThis.ran = [];
  const refused = [];
  document.addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective));
  const attempt = (what, run) => {
    try {
      run();
    } catch (error) {
      refused.push(what + ": " + error.name);
    }
  };
  const script = (fill) => {
    const element = document.createElement("script");
    fill(element);
    document.head.append(element);
  };
  setTimeout(() => {
    attempt("eval", () => globalThis.eval("ran.push('eval')"));
    attempt("Function", () => new Function("ran.push('Function')")());
    attempt("innerHTML", () => (document.body.innerHTML += "<img src=x onerror=ran.push('handler')>"));
    attempt("foreign", () => script((element) => element.setAttribute("src", "https://evil.example/x.js")));
    attempt("inline", () => script((element) => element.append("ran.push('inline')")));
    attempt("handler", () => document.body.setAttribute("onclick", "ran.push('handler')"));
    document.body.click();
    setTimeout(() => done({ ran, refused }), 300);
  });
})`;
