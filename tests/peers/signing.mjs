// Fedify's signing and checking as a filter: one JSON question a line on stdin, one JSON answer a line on stdout.
// Started by tests/fediverse/test_against_fedify.py with `node --import ./node20.mjs signing.mjs`.

import { createInterface } from "node:readline";
import { createPrivateKey } from "node:crypto";
import { createProof, signRequest, verifyProof, verifyRequest } from "@fedify/fedify/sig";
import { Create, DataIntegrityProof, Object as ASObject } from "@fedify/fedify/vocab";

const ALGORITHMS = {
  rsa: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
  ed25519: { name: "Ed25519" },
};
const SCHEMES = { cavage: "draft-cavage-http-signatures-12", rfc9421: "rfc9421" };

async function privateKey(pem) {
  const key = createPrivateKey(pem);
  const der = key.export({ format: "der", type: "pkcs8" });
  return await crypto.subtle.importKey("pkcs8", der, ALGORITHMS[key.asymmetricKeyType], true, ["sign"]);
}

// Fedify asks for keys and contexts by address; here everything it may see came with the question.
function loader(documents) {
  return (url) => {
    const document = documents?.[url] ?? documents?.[url.replace(/#.*/, "")];
    if (document == null) throw new Error(`not among the documents: ${url}`);
    return Promise.resolve({ contextUrl: null, documentUrl: url, document });
  };
}

function request({ method, url, headers, body }) {
  return new Request(url, { method, headers, body: body ?? undefined });
}

const answers = {
  async sign(question) {
    const signed = await signRequest(request(question), await privateKey(question.pem), new URL(question.keyId), {
      spec: SCHEMES[question.scheme],
    });
    return { headers: Object.fromEntries(signed.headers) };
  },
  async verify(question) {
    const key = await verifyRequest(request(question), { documentLoader: loader(question.documents) });
    return { key: key?.id?.href ?? null };
  },
  async prove(question) {
    const object = await ASObject.fromJsonLd(question.document);
    const proof = await createProof(object, await privateKey(question.pem), new URL(question.keyId), {});
    return { document: await object.clone({ proofs: [proof] }).toJsonLd({ format: "compact" }) };
  },
  async verifyProof(question) {
    const proof = await DataIntegrityProof.fromJsonLd({
      ...question.document.proof,
      "@context": question.document["@context"],
    });
    const key = await verifyProof(question.document, proof, { documentLoader: loader(question.documents) });
    return { key: key?.id?.href ?? null };
  },
  async read(question) {
    const create = await Create.fromJsonLd(question.document);
    return { actor: create.actorId?.href ?? null, object: create.objectId?.href ?? null };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  let answer;
  try {
    answer = await answers[question.ask](question);
  } catch (error) {
    answer = { error: String(error?.stack ?? error) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
