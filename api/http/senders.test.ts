import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, canonicalAddress, networkOf, networksOf, trustedProxies } from "./senders.ts";

test("canonicalAddress() has one spelling for each address", () => {
  for (const [canonical, ...spellings] of [
    ["5.6.7.8", "5.6.7.8", " 5.6.7.8 ", "5.6.7.8:1", "5.6.7.8:65535", "5.6.7.8:", "05.6.7.8", "005.006.007.008"],
    ["5.6.7.8", "::ffff:5.6.7.8", "::FFFF:506:708", "::ffff:0506:0708", "0:0:0:0:0:ffff:506:708", "[::ffff:506:708]:9"],
    ["5.6.7.8", "0x5.6.7.8", "0x05060708", "84281096", "5.6.1800", "64:ff9b::5.6.7.8"],
    ["2001:db8::1", "2001:db8::1", "2001:0DB8:0:0:0::1", "[2001:db8::1]", "[2001:db8::1]:443", '"[2001:db8::1]:443"'],
    ["2001:db8::1", "2001:db8:0:0:0:0:0:1", "2001:db8::0.0.0.1", "2001:db8::1%eth0", "[2001:db8::1%25eth0]:1"],
    ["::1", "::1", "0:0:0:0:0:0:0:1", "[::1]"],
  ] as const)
    for (const spelling of spellings) assert.equal(canonicalAddress(spelling), canonical, spelling);
});

test("canonicalAddress() refuses what is no address", () => {
  const refused =
    "|unknown|_hidden|localhost|example.com|1.2.3.4.5|256.1.1.1|1.2.3.4/8|a@1.2.3.4|%31.2.3.4|1.2.3.4:x|1.2.3.4:1:2" +
    "|[1.2.3.4]|[::1|::1]|[::1]x|:::1|1::2::3|2001:db8::g|/tmp/socket|for=1.2.3.4|1.2.3.4 5|１.2.3.4";
  for (const text of refused.split("|")) assert.equal(canonicalAddress(text), null, text);
});

test("canonicalAddress() reads text as long as a header can be in linear time", () => {
  // With a pattern that tries each colon as the last one, each of these takes minutes.
  for (const text of [`[${":".repeat(1_000_000)}`, `[${":".repeat(1_000_000)}]:x`, `${"0".repeat(1_000_000)}.x`])
    assert.equal(canonicalAddress(text), null);
});

test("addressOf() is the last hop that is an address: text that is none makes no new sender", () => {
  assert.equal(addressOf({ ip: "::ffff:192.0.2.1", ips: undefined as never }), "192.0.2.1");
  assert.equal(addressOf({ ip: "198.51.100.7:99", ips: ["127.0.0.1", "198.51.100.7:99"] }), "198.51.100.7");
  for (const text of ["unknown", "", "198.51.100.7.1", "a".repeat(5_000)])
    assert.equal(addressOf({ ip: text, ips: ["::1", "10.0.0.5", text] }), "10.0.0.5", text);
  assert.equal(addressOf({ ip: undefined as never, ips: undefined as never }), "");
});

test("networksOf() counts an IPv4 address, a household's /56, and a site's /48", () => {
  assert.deepEqual(networksOf("192.0.2.1"), ["192.0.2.1", "192.0.2.1"]);
  const [sender, site] = networksOf("2001:db8:1:2ff::9");
  assert.deepEqual([sender, site], ["2001:db8:1:200::/56", "2001:db8:1::/48"]);
  assert.deepEqual(networksOf("2001:db8:1:201:1:2:3:4"), [sender, site]);
  assert.deepEqual(networksOf("2001:db8:1:300::"), ["2001:db8:1:300::/56", site]);
  assert.deepEqual(networksOf("::1"), ["0:0:0:0::/56", "0:0:0::/48"]);
  assert.equal(networkOf("2001:db8:1:2ff::9", 64), "2001:db8:1:2ff::/64");
});

test("trustedProxies() recognizes a proxy in every spelling, and nothing else", () => {
  const isTrusted = trustedProxies("loopback, 10.0.0.0/8,192.0.2.5, 2001:db8::/32");
  for (const proxy of ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "10.1.2.3", "10.1.2.3:443", "192.0.2.5"])
    assert.equal(isTrusted(proxy), true, proxy);
  assert.equal(isTrusted("[2001:db8:ffff::1]:443"), true);
  for (const other of ["192.0.2.6", "11.0.0.1", "2001:db9::1", "unknown", "", undefined as never])
    assert.equal(isTrusted(other), false, String(other));
});
