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
