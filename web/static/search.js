// The results follow what is typed and chosen. Without this file the button does the same.
const form = document.getElementById("search-form");
const results = document.getElementById("search-results");
const told = document.getElementById("search-said");
let asking = new AbortController();
let wait = 0;

function address() {
  const asked = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value.trim()) asked.append(name, value);
  const query = asked.toString();
  return query ? `/search?${query}` : "/search";
}

async function follow(typing) {
  asking.abort();
  asking = new AbortController();
  const url = address();
  const typed = typing ? `${url}${url.includes("?") ? "&" : "?"}typing=1` : url;
  try {
    const answer = await fetch(typed, { headers: { accept: "text/html" }, signal: asking.signal });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.getElementById("search-results");
    if (!found) return;
    results.replaceChildren(...found.childNodes);
    told.textContent = found.dataset.count;
    history.replaceState(null, "", url);
  } catch (error) {
    if (error.name !== "AbortError") told.textContent = "";  // the button still works
  }
}

form?.addEventListener("input", (event) => {
  clearTimeout(wait);
  const typing = event.target.matches("input:not([type=checkbox], [type=date])");
  wait = setTimeout(() => follow(typing && event.target.name === "q"), typing ? 250 : 0);
});
