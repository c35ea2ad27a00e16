/** Names of files in headers: whatever they are, the header is valid, and who can read it has the whole name. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { attachment } from "./content-disposition.ts";

test("attachment() has the name in ASCII, and then as it is", () => {
  assert.equal(
    attachment("RE-1 Müller's (Söhne) 株.pdf"),
    `attachment; filename="RE-1 Muller's (Sohne) _.pdf"; filename*=UTF-8''RE-1%20M%C3%BCller%27s%20%28S%C3%B6hne%29%20%E6%A0%AA.pdf`,
  );
});

test("attachment() keeps any name whole, in a header that is valid", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (name) => {
      const [, ascii = "", all = ""] =
        /^attachment; filename="([^"]*)"; filename\*=UTF-8''(\S*)$/.exec(attachment(name)) ?? [];
      assert.match(ascii, /^[ !#-[\]-~]*$/);
      assert.match(all, /^[A-Za-z0-9%!#$&+^_`{}|~.-]*$/);
      assert.equal(decodeURIComponent(all), name);
    }),
  );
});
