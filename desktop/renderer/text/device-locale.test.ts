import assert from "node:assert/strict";
import { test } from "node:test";
import { deviceLanguage, deviceTimeZone } from "./device-locale.ts";

test("deviceLanguage() is a tag that a server accepts", () => {
  for (const [tag, expected] of [
    ["de-DE", "de-DE"],
    ["en-US-u-hc-h12", "en-US"],
    ["zh-Hant-TW", "zh-Hant-TW"],
    ["ja-JP-x-lvariant-JP", "ja-JP"],
    ["C", "en"],
    ["", "en"],
  ] as const)
    assert.equal(deviceLanguage(tag), expected);
});

test("deviceTimeZone() is UTC where the system names none", () => {
  assert.equal(deviceTimeZone("Europe/Berlin"), "Europe/Berlin");
  assert.equal(deviceTimeZone("Etc/Unknown"), "UTC");
});
