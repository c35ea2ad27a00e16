/** Users, their links and passwords, from the owner's screen to the first login of an invited user; and the logo. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { MAX_LOGO_BYTES } from "../../../../events/values/logo.ts";
import {
  assertAccessible,
  browserTest,
  goTo,
  openScreens,
  startEmptyViewer,
} from "../../../app-tests/browser.suite.ts";
import { CHROMIUM } from "../../../app-tests/chromium.suite.ts";
import { OWNER, type RunningApi, runApi } from "../../../worker/sync/desktop.suite.ts";

const api = CHROMIUM === null ? null : await runApi();
const screens = api && (await openScreens(api));
const guest = api && (await startEmptyViewer());
const setup = () => {
  assert.ok(api && screens && guest);
  return { api, guest, ...screens };
};

const PASSWORD = "a password that Ina chose";
const INA = "ina.invited@example.org";

interface User {
  id: number;
  name: string;
  email: string;
  role: string;
  active: number;
}

const users = async ({ get }: RunningApi) => (await get<{ rows: User[] }>("/api/users")).rows;
const ina = async () =>
  (await users(setup().api)).find(({ email }) => email === INA) ?? assert.fail("Ina is not there");

async function logIn(api: RunningApi, email: string, password: string): Promise<number> {
  const body = JSON.stringify({ email, password });
  return (await api.call("/api/auth/login", { method: "POST", body, headers: { "content-type": "application/json" } }))
    .status;
}

let link = "";

browserTest("an owner's invitation is a link that is shown once and copied by a button", async () => {
  const { page, api } = setup();
  await goTo(page, "/settings/users");
  await page.getByRole("link", { name: "Invite user" }).click();
  await page.getByRole("button", { name: "Invite" }).click();
  await page.locator(".field-error", { hasText: "Name is missing." }).waitFor();
  await page.getByLabel("Name").fill("Ina Invited");
  await page.getByLabel("E-mail").fill(OWNER.email);
  await page.getByRole("button", { name: "Invite" }).click();
  await page.locator(".field-error", { hasText: `Another user has the e-mail address ${OWNER.email}` }).waitFor();
  await assertAccessible(page);
  await page.getByLabel("E-mail").fill("Ina.Invited@example.org");
  await page.getByRole("radio", { name: "Viewer: reads, prints and exports" }).check();
  await page.keyboard.press("Control+Enter");
  const field = page.getByLabel("One-time link");
  await field.waitFor();
  await assertAccessible(page);
  link = await field.inputValue();
  assert.match(link, new RegExp(`^${api.base}/#invitation=[\\w-]{20,}$`));
  await page.getByRole("button", { name: "Copy" }).click();
  await page.getByText("Copied.").waitFor();
  assert.deepEqual(await ina().then(({ name, role, active }) => [name, role, active]), ["Ina Invited", "viewer", 1]);
  await page.getByRole("link", { name: "All users" }).click();
  await page.getByRole("row", { name: /Ina Invited.*Viewer.*Active/ }).waitFor();
  await page.goBack();
  await page.getByLabel("Name").waitFor();
  assert.equal(await page.getByLabel("Name").inputValue(), "", "what was sent is not kept");
  assert.ok(!(await page.content()).includes(link.split("=")[1] ?? "?"));
});

browserTest(
  "who was invited pastes the link at the very first start, chooses a password, and has everything",
  async () => {
    const { page, problems } = setup().guest;
    await page.getByRole("heading", { name: "Connect to your server" }).waitFor();
    await page.getByRole("button", { name: "I have an invitation" }).click();
    await page.getByRole("heading", { name: "Use a one-time link" }).waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("name")), "invitation");
    await assertAccessible(page);
    const submit = page.getByRole("button", { name: "Set password and log in" });
    await page.getByLabel("Link").fill("hello");
    await submit.click();
    await page.locator(".field-error", { hasText: "This is not an Invoify link" }).waitFor();
    await page.getByLabel("Link").fill(`Welcome, Ina! ${link}`);
    await page.getByLabel("New password", { exact: true }).fill("short");
    await submit.click();
    await page.locator(".field-error", { hasText: "New password is too short: at least 10 characters." }).waitFor();
    await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "password");
    for (const label of ["New password", "Confirm new password"])
      await page.getByLabel(label, { exact: true }).fill("password12");
    await submit.click();
    await page.locator(".field-error", { hasText: "it is a common password" }).waitFor();
    await page.getByLabel("New password", { exact: true }).fill(PASSWORD);
    await page.getByLabel("Confirm new password").fill(`${PASSWORD}!`);
    await submit.click();
    await page.locator(".field-error", { hasText: "The passwords do not match." }).waitFor();
    await assertAccessible(page);
    await page.getByLabel("Confirm new password").fill(PASSWORD);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
    assert.ok(!page.url().includes(link.split("=")[1] ?? "?"));
    await goTo(page, "/settings/device");
    await page.getByText(`${INA}), viewer`, { exact: false }).waitFor();
    await goTo(page, "/settings/users");
    await page.getByText("Only owners can open this page.").waitFor();
    assert.deepEqual(problems, []);
  },
);

browserTest("every user can change their own password, with the current one", async () => {
  const { guest, api } = setup();
  const { page } = guest;
  await goTo(page, "/settings/password");
  const button = page.getByRole("button", { name: "Change password" });
  await page.getByLabel("Current password").fill("not the password");
  await page.getByLabel("New password", { exact: true }).fill("another password of Ina");
  await page.getByLabel("Confirm new password").fill("another password of Ina");
  await button.click();
  await page.locator(".field-error", { hasText: "Current password is wrong." }).waitFor();
  await assertAccessible(page);
  await page.getByLabel("Current password").fill(PASSWORD);
  for (const label of ["New password", "Confirm new password"])
    await page.getByLabel(label, { exact: true }).fill("qwertyuiop");
  await button.click();
  await page.locator(".field-error", { hasText: "it is a sequence, such as" }).waitFor();
  for (const label of ["New password", "Confirm new password"])
    await page.getByLabel(label, { exact: true }).fill("another password of Ina");
  await button.click();
  await page.getByText("Your password was changed.").waitFor();
  for (const field of await page.locator("input[type=password]").all()) assert.equal(await field.inputValue(), "");
  assert.deepEqual([await logIn(api, INA, PASSWORD), await logIn(api, INA, "another password of Ina")], [401, 200]);
});

/** Asked once more, and done. */
async function act(page: Page, name: string, yes: string): Promise<void> {
  await page.getByRole("button", { name, exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: yes, exact: true }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

browserTest(
  "an owner changes name and role, ends sessions, makes a new link, deactivates and lets in again",
  async () => {
    const { page, guest } = setup();
    const { id } = await ina();
    await goTo(page, `/settings/users/${id}`);
    await page.getByLabel("Name").fill("Ina Ivanova");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").waitFor();
    await page.getByRole("radio", { name: "Clerk: writes", exact: false }).check();
    await page.getByRole("button", { name: "Change role to clerk" }).click();
    await page.getByRole("button", { name: "Change role to clerk" }).waitFor({ state: "detached" });
    assert.deepEqual(await ina().then(({ name, role }) => [name, role]), ["Ina Ivanova", "clerk"]);
    await page.getByRole("button", { name: "New link" }).click();
    await page.getByLabel("One-time link").waitFor();
    await act(page, "End sessions", "End sessions");
    await guest.page.getByText("Your session has ended", { exact: false }).waitFor();
    await act(page, "Deactivate", "Deactivate");
    await page.getByText(`${INA} cannot log in.`).waitFor();
    assert.equal(await page.getByLabel("One-time link").count(), 0);
    await assertAccessible(page);
    assert.equal((await ina()).active, 0);
    await page.getByRole("button", { name: "Reactivate" }).click();
    await page.getByRole("button", { name: "Deactivate" }).waitFor();
    assert.equal((await ina()).active, 1);
  },
);

browserTest("the last owner stays an owner, and the screen shows why", async () => {
  const { page } = setup();
  await goTo(page, "/settings/users/2");
  await page.getByRole("heading", { name: OWNER.name }).waitFor();
  await page.getByRole("button", { name: "Deactivate" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Deactivate" }).click();
  await page.getByText("This is the only active owner. Make another user an owner first.").waitFor();
  await assertAccessible(page);
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
});

/** A PNG of noise, which no compression makes small. */
async function noise(page: Page, side: number): Promise<Buffer> {
  const base64 = await page.evaluate(async (size) => {
    const canvas = new OffscreenCanvas(size, size);
    const context = canvas.getContext("2d");
    const image = context?.createImageData(size, size);
    if (!context || !image) throw new Error("no canvas");
    for (let n = 0; n < image.data.length; n++) image.data[n] = n % 4 === 3 ? 255 : Math.random() * 256;
    context.putImageData(image, 0, 0);
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/png" })).arrayBuffer());
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text);
  }, side);
  return Buffer.from(base64, "base64");
}

browserTest("a logo is previewed, scaled down if it is too large, set and removed", async () => {
  const { page, api } = setup();
  await goTo(page, "/settings");
  const field = page.getByLabel("Picture");
  const shown = page.getByRole("img", { name: "The organization's logo" });
  await field.setInputFiles({ name: "logo.png", mimeType: "image/png", buffer: Buffer.from("<svg/>") });
  await page.locator(".field-error", { hasText: "neither a PNG nor a JPEG" }).waitFor();
  await assertAccessible(page);
  const broken = Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.alloc(100)]);
  await field.setInputFiles({ name: "logo.png", mimeType: "image/png", buffer: broken });
  await page.locator(".field-error", { hasText: "the file is damaged" }).waitFor();

  const small = await noise(page, 40);
  await field.setInputFiles({ name: "logo.jpg", mimeType: "image/jpeg", buffer: small });
  await page.getByText("Not saved yet.", { exact: false }).waitFor();
  await shown.waitFor();
  assert.equal((await api.get("/api/organization")).logo, null);
  await page.getByRole("button", { name: "Save logo" }).click();
  await page.getByRole("button", { name: "Remove logo" }).waitFor();
  const set = await api.get<{ logo: string; logo_type: string }>("/api/organization");
  assert.equal(set.logo_type, "image/png");
  assert.ok(Buffer.from(set.logo, "base64").equals(small));

  const large = await noise(page, 700);
  assert.ok(large.length > 10 * MAX_LOGO_BYTES);
  await page.getByLabel("Replace picture").setInputFiles({ name: "large.png", mimeType: "image/png", buffer: large });
  await page.getByText("Scaled down to").waitFor();
  await page.getByRole("button", { name: "Save logo" }).click();
  await page.getByRole("button", { name: "Remove logo" }).waitFor();
  const scaled = Buffer.from((await api.get<{ logo: string }>("/api/organization")).logo, "base64");
  assert.ok(scaled.length <= MAX_LOGO_BYTES && !scaled.equals(small));
  await act(page, "Remove logo", "Remove");
  await page.getByText("No logo yet.").waitFor();
  assert.equal((await api.get("/api/organization")).logo, null);
});

browserTest("no page had an error, and no file contains a link or a password", async () => {
  const { problems, folder } = setup();
  assert.deepEqual(problems, []);
  for (const name of readdirSync(folder)) {
    const bytes = readFileSync(join(folder, name));
    for (const secret of [PASSWORD, OWNER.password, link.split("=")[1] ?? "?"])
      assert.ok(!bytes.includes(secret), name);
  }
});

browserTest("all users are shown, on more than one page", async () => {
  const { page, api } = setup();
  const { writer } = api.organization;
  const input = (n: number) => ({ email: `user${n}@example.org`, name: `User ${n}`, role: "viewer" as const });
  await Promise.all(
    Array.from({ length: 230 }, (_, n) =>
      writer.execute({ actor: 2, key: null, ifMatch: null, command: "AddUser", id: 0, input: input(n) }),
    ),
  );
  await goTo(page, "/settings/users");
  await page.getByRole("link", { name: "User 229" }).waitFor();
  await page.locator("#main .waiting").waitFor({ state: "detached" });
  // With the owner, and Ina.
  assert.equal(await page.locator("#main tbody tr").count(), 232);
});
