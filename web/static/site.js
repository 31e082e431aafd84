// A button that copies an address, where the browser can. Everything works without this file.
if (navigator.clipboard) {
  for (const row of document.querySelectorAll(".copy-row")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet";
    button.textContent = row.dataset.copy;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(row.querySelector(".copy").textContent);
      button.textContent = row.dataset.copied;
      setTimeout(() => { button.textContent = row.dataset.copy; }, 2500);
    });
    row.append(button);
  }
}

// The menu «me» closes by Escape, and when one goes elsewhere.
for (const menu of document.querySelectorAll("details.me")) {
  document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

// A group's address is made from its name while nobody has typed one (the server suggests one as well).
for (const handle of document.querySelectorAll("[data-handle-of]")) {
  const name = document.getElementById(handle.dataset.handleOf);
  let own = handle.value !== "";
  handle.addEventListener("input", () => { own = handle.value !== ""; });
  name?.addEventListener("input", () => {
    if (own) return;
    const plain = name.value.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
    handle.value = plain.replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "").slice(0, 30).replace(/_+$/, "");
  });
}

// A form that was sent and taken needs no copy in this browser any more (`drafts.js` keeps it until then).
try {
  const sent = sessionStorage.getItem("work:sent");
  if (sent && new URLSearchParams(location.search).has("notice")) {
    localStorage.removeItem(sent);
    sessionStorage.removeItem("work:sent");
  }
} catch { /* no store: nothing was kept */ }
