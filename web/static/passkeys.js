// Passkeys: asks the browser for one, and sends its answer with the form. Where there are none, the form stays hidden.
const form = document.querySelector("form.passkey");
const knows = "PublicKeyCredential" in window && navigator.credentials;
for (const line of document.querySelectorAll(".without-scripts")) line.hidden = true;

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const readable = (list) => (list ?? []).map((each) => ({ ...each, id: bytes(each.id) }));

/** What the server asks the browser for; null when the page is older than what it asks. */
async function asked() {
  const sent = new URLSearchParams(new FormData(form));
  const answer = await fetch(form.dataset.begin, { method: "POST", body: sent });
  if (answer.status === 403) { location.reload(); return null; }
  if (!answer.ok) throw new Error(`${answer.status}`);
  const options = await answer.json();
  return {
    ...options,
    challenge: bytes(options.challenge),
    ...(options.user && { user: { ...options.user, id: bytes(options.user.id) } }),
    allowCredentials: readable(options.allowCredentials),
    excludeCredentials: readable(options.excludeCredentials),
  };
}

function send(credential) {
  const { response } = credential;
  const said = { clientDataJSON: text(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) said[name] = text(response[name]);
  }
  form.elements.answer.value = JSON.stringify({
    id: credential.id, rawId: text(credential.rawId), type: credential.type, response: said, clientExtensionResults: {},
  });
  form.submit();
}

function tell(words) {
  const line = form.querySelector(".problem");
  line.hidden = !words;
  line.textContent = words;
}

if (form && knows) {
  const makes = "makes" in form.dataset;
  let waiting = new AbortController();
  form.hidden = false;

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    waiting.abort();
    waiting = new AbortController();
    tell("");
    try {
      const publicKey = await asked();
      if (!publicKey) return;
      const wish = { publicKey, signal: waiting.signal };
      send(await (makes ? navigator.credentials.create(wish) : navigator.credentials.get(wish)));
    } catch (error) {
      if (error.name === "AbortError") return;
      const { known, none, failed } = form.dataset;
      tell(error.name === "InvalidStateError" && known ? known : error.name === "NotAllowedError" ? none : failed);
    }
  });

  // Where the browser can, it offers passkeys in the field of the address too. A challenge lives for ten minutes.
  const offers = async () => {
    if (makes || !(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
    for (let hour = 0; hour < 6 && !waiting.signal.aborted; hour += 1) {
      const mine = waiting;
      const late = setTimeout(() => mine.abort("late"), 9 * 60_000);
      try {
        const publicKey = await asked();
        if (publicKey) send(await navigator.credentials.get({ publicKey, mediation: "conditional", signal: mine.signal }));
        return;
      } catch {
        if (mine.signal.reason !== "late" || mine !== waiting) return;
        waiting = new AbortController();
      } finally {
        clearTimeout(late);
      }
    }
  };
  offers();
} else if (form) {
  form.nextElementSibling?.removeAttribute("hidden");
}
