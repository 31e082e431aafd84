// What is typed about an offer or a need is kept while one types: in this browser at once, and, where it may be a draft,
// on the server now and then. Everything works without this file; with it a torn connection loses nothing.
const form = document.getElementById("work");
const box = document.getElementById("kept");
const when = document.getElementById("kept-when");
const KEPT_MS = 800;
const SENT_MS = 30_000;

if (form && box) {
  const key = `work:${location.pathname}`;
  const typed = () => {
    const data = new FormData(form);
    data.delete("form_token");
    return data;
  };
  const text = () => JSON.stringify([...typed()]);
  const first = text();
  let timer = 0;
  let sentAt = Date.now();
  let leaving = false;

  const say = (pattern) => {
    const time = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" }).format(new Date());
    when.textContent = pattern.replace("{time}", time);
  };

  const store = (value) => {
    try {
      if (value === null) localStorage.removeItem(key);
      else localStorage.setItem(key, value);
      return true;
    } catch { return false; } // a full or forbidden store: the page works as without this file
  };

  const known = () => { try { return localStorage.getItem(key); } catch { return null; } };

  const fill = (pairs) => {
    for (const field of form.elements) {
      if (!field.name || field.name === "form_token" || field.type === "hidden" || field.tagName === "BUTTON") continue;
      const values = pairs.filter(([name]) => name === field.name).map(([, value]) => value);
      if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
      else if (values.length) field.value = values[0];
    }
    for (const part of form.querySelectorAll("details")) {
      if ([...part.querySelectorAll("input[type=text], textarea")].some((field) => field.value)) part.open = true;
    }
  };

  const before = known();
  if (before && before !== first) {
    box.hidden = false;
    box.querySelector("[data-do=restore]").addEventListener("click", () => {
      fill(JSON.parse(before));
      box.hidden = true;
      form.elements.title?.focus();
    });
    box.querySelector("[data-do=forget]").addEventListener("click", () => { store(null); box.hidden = true; });
  }

  const send = async () => {
    const group = form.elements.group;
    if (!("server" in box.dataset) || (group && !group.value) || Date.now() - sentAt < SENT_MS || leaving) return;
    sentAt = Date.now();
    const data = typed();
    data.set("form_token", form.elements.form_token?.value ?? "");
    data.set("step", "keep");
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(data), signal: AbortSignal.timeout(10_000) });
      const place = new URL(answer.url).pathname;
      if (!answer.ok || !place.endsWith("/change")) return;
      form.action = place; // from now on this draft is changed, not another one made
      say(box.dataset.saved);
    } catch { /* the words are in this browser */ }
  };

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (store(text())) say(box.dataset.here);
      send();
    }, KEPT_MS);
  });

  form.addEventListener("submit", () => {
    leaving = true;
    store(text());
    try { sessionStorage.setItem("work:sent", key); } catch { /* then the words are offered once more */ }
  });
}
