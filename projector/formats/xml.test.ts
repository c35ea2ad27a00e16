import assert from "node:assert/strict";
import { test } from "node:test";
import { group, leaf, leafWith, xmlFile } from "./xml.ts";

test("leaf() escapes markup, and keeps white space", () => {
  assert.equal(leaf("a", `1 < 2 & "3" > ]]>`), "<a>1 &lt; 2 &amp; &quot;3&quot; &gt; ]]&gt;</a>\n");
  assert.equal(leaf("a", " \t\n\r x "), "<a> \t\n&#13; x </a>\n");
});

test("leafWith() escapes line ends in attributes, which a parser would read as blanks", () => {
  assert.equal(leafWith("a", "x", { b: '"\t\n\r<', c: null }), '<a b="&quot;&#9;&#10;&#13;&lt;">x</a>\n');
});

test("characters that XML does not have become U+FFFD", () => {
  assert.equal(
    leaf("a", "\u0000\u001f\ufffe\uffff\ud800\udc00x\udc00"),
    "<a>\ufffd\ufffd\ufffd\ufffd\u{10000}x\ufffd</a>\n",
  );
  assert.equal(leaf("a", "\u007f\u0085\u{1f600}"), "<a>\u007f\u0085\u{1f600}</a>\n");
});

test("what says nothing is not written", () => {
  assert.equal(leaf("a", null) + leaf("a", undefined) + leafWith("a", null, { b: "c" }), "");
  assert.equal(group("a", group("b", leaf("c", null))), "");
});

test("xmlFile() declares namespaces, also a default one", () => {
  assert.equal(
    xmlFile("a", { "": "urn:x", b: "urn:y" }, leaf("b:c", "1")),
    '<?xml version="1.0" encoding="UTF-8"?>\n<a xmlns="urn:x" xmlns:b="urn:y">\n<b:c>1</b:c>\n</a>\n',
  );
});
