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
