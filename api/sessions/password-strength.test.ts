import assert from "node:assert/strict";
import { test } from "node:test";
import { weaknessOf } from "./password-strength.ts";

const ABOUT = { email: "olive.owner@prime.example.com", name: "Olívia Owner", organization: "Prime Ltd" };

test("weaknessOf() refuses common passwords, repetitions, sequences, and what is known about the user", () => {
  for (const [weakness, passwords] of Object.entries({
    repeats:
      "aaaaaaaaaa|OWNEROWNER|          |ababababab|abcabcabcabc|1212121212|aaaaaaaaab|xyxyxyxyxyxyx|аааааааааа|!!!!!!!!!!!!|aaaaabbbbb|aabbccddee|1122334455|abababababx|aa11bb22aa",
    sequence:
      "1234567890|0987654321|abcdefghij|qwertyuiop|qwertzuiop|asdfghjkl;'|zxcvbnm,./|abcd1234!!|qwerasdfzxcv|2026-11-27|27.11.2026|123456789a|йцукенгшщз",
    about_you:
      "olive.owner@prime.example.com|Olive.Owner1|oliveowner|Olivia2026!|PrimeLtd123!|primeltd2026|prime-ltd-1|example.com1|rewoevilo1|olive olive olive|Ｏｗｎｅｒ12345|0l1v30wn3r|0L1V14-0wn3r!|Pr1meLtd99",
    common:
      "password12|Password2026!|p@ssw0rd123|P@$$w0rd!!|passw0rd!1|iloveyou12|changeme123|summer2026!|Sommer2026!|passwort12|london2026|welcome123|administrator|trustno1trustno1|liverpool1892|manchester1|passwordpassword|1password1|!!football!!|invoify2026|invoify-123|my password|pass-word-12|letmein!!!!|$ummer2026|Welcome2026!|iloveyou iloveyou|monkeymonkey1|111password|qazwsxedcrfv|мой-пароль",
  }))
    for (const password of passwords.split("|")) assert.equal(weaknessOf(password, ABOUT), weakness, password);
});

test("weaknessOf() accepts what is not on any list, whatever its characters", () => {
  for (const password of [
    "correct horse battery",
    "a new password",
    "another password",
    "q7Xk2mPz9w",
    "tractor-lemon-9",
    "olive likes tractors",
    "eggs and ham",
    "мой дядя самых",
    "五十步笑百步也是笑",
    "7294018365",
    "bookkeeper-zoo-7",
    "hip hip hooray for tea",
    "a 10 v3ry long day",
    "x".repeat(3) + "K9#mfQ2vLw".repeat(19),
  ])
    assert.equal(weaknessOf(password, ABOUT), null, password);
});

test("weaknessOf() ends soon for the longest passwords, and for a user about whom nothing is known", () => {
  for (const text of ["a1", "@4", "olive", "19", "1.1.20", "qw"])
    weaknessOf(`${text.repeat(200).slice(0, 199)}x`, ABOUT);
  assert.equal(weaknessOf("tractor-lemon-9", { email: "", name: "", organization: "" }), null);
});
