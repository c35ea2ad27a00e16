/** The proof of the history: what was verified and when, with which key, and the evidence as a file. */
import type { ComponentChild } from "preact";
import type { Diagnostics } from "../../../contract/contract.ts";
import type { Proof, TrustedKey } from "../../../contract/proof.ts";
import { EvidenceButton } from "../../parts/evidence-button.tsx";
import { type Fact, Facts } from "../../parts/facts.tsx";
import { Fingerprint } from "../../parts/fingerprint.tsx";
import { locale, status } from "../../state/state.ts";
import { count, time } from "../../text/format.ts";

const number = (value: number) => count(value, locale.value);
const at = (ms: number) => time(ms, locale.value);

export function ProofPanel({ diagnostics }: { diagnostics: Diagnostics }): ComponentChild {
  const { evidence } = diagnostics;
  const proof = status.value?.proof ?? diagnostics.status.proof;
  return (
    <section class="panel" aria-labelledby="proof">
      <h2 id="proof">Proof of the history</h2>
      <Facts facts={[...proofFacts(proof), ...evidenceFacts(evidence)]} />
      <p class="detail">
        What the server signed is stored outside the mirror. An auditor can compare it with what other computers have,
        or with what the server signs next year.
      </p>
      <div class="actions-row">
        <EvidenceButton />
      </div>
    </section>
  );
}

function proofFacts(proof: Proof): Fact[] {
  const { verified, rehashed, altered } = proof;
  return [
    ["Verified", verifiedWords(proof)],
    ["Signed by the server", verified?.signedAt != null ? at(verified.signedAt) : null],
    ["Mirror hashed again", rehashed ? `to event ${number(rehashed.seq)}, ${at(rehashed.at)}: unchanged` : "not yet"],
    [
      "Altered",
      altered && `${altered.seq === null ? "found" : `event ${number(altered.seq)}, found`} ${at(altered.foundAt)}`,
    ],
    ["Server's key", keyWords(proof)],
  ];
}

/** The verified position in words, also for the settings. */
export function verifiedWords({ state, verified }: Proof): string {
  if (verified) return `to event ${number(verified.seq)}, ${at(verified.at)}`;
  if (state === "unsigned") return "no: the server does not sign its history. Its operator can set up a key for that.";
  return state === "signed" ? "not yet" : "not yet: the server has not been reached";
}

/** The trusted key, and since when and why. */
export function keyWords({ key }: Proof): ComponentChild {
  if (!key) return null;
  return (
    <>
      <Fingerprint of={key.fingerprint} />
      <br />
      {HOW[key.how]} {at(key.since)}
    </>
  );
}

const HOW: Readonly<Record<TrustedKey["how"], string>> = {
  first: "Trusted since this computer first synced,",
  successor: "Announced by the key before it, trusted since",
  person: "Confirmed on this computer,",
};

function evidenceFacts({ keys, checkpoints }: Diagnostics["evidence"]): Fact[] {
  const earlier = keys.slice(1).filter(({ fingerprint }) => fingerprint !== null);
  return [
    [
      "Earlier keys",
      earlier.length === 0
        ? null
        : earlier.map(({ fingerprint, since }) => (
            <div key={since}>
              <Fingerprint of={fingerprint ?? ""} /> {at(since)}
            </div>
          )),
    ],
    ["Signed checkpoints", number(checkpoints)],
  ];
}
