// Says at once whether white words can be read on a colour, and shows it by day and by night. The server judges by the
// same figures (actors/site/colours.py); everything works without this file.
const trial = document.querySelector(".colour-trial");
const own = document.querySelector("#f-own_colour");
const choices = [...document.querySelectorAll('input[name="colour"]')];

const parts = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
const linear = (part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
const luminance = (colour) => {
  const [red, green, blue] = parts(colour).map(linear);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const contrast = (one, other) => {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
};
const mixed = (colour, other, share) => "#" + parts(colour)
  .map((part, at) => Math.round(part * (1 - share) + parts(other)[at] * share).toString(16).padStart(2, "0")).join("");
const untilRead = (colour, towards, ground) => {
  let found = colour;
  for (let share = 0.04; contrast(found, ground) < 4.5 && share <= 1; share += 0.04) found = mixed(colour, towards, share);
  return found;
};

function chosen() {
  const value = choices.find((each) => each.checked)?.value ?? "";
  if (value !== "own") return value;
  const typed = own.value.trim().toLowerCase();
  return typed.startsWith("#") ? typed : "#" + typed;
}

function show() {
  const colour = chosen();
  const verdict = trial.querySelector(".colour-verdict");
  const sides = trial.querySelectorAll(".colour-side");
  trial.hidden = false;
  verdict.classList.remove("problem");
  for (const side of sides) for (const name of ["--accent", "--on-accent"]) side.style.removeProperty(name);
  if (!colour) {
    verdict.textContent = trial.dataset.none;
    return;
  }
  if (!/^#[0-9a-f]{6}$/.test(colour)) {
    verdict.textContent = trial.dataset.malformed;
    return;
  }
  const ratio = contrast(colour, "#ffffff");
  const words = ratio >= 4.5 ? trial.dataset.readable : trial.dataset.faint;
  verdict.textContent = words.replace("*", (Math.floor(ratio * 10) / 10).toLocaleString(document.documentElement.lang));
  verdict.classList.toggle("problem", ratio < 4.5);
  sides[0].style.setProperty("--accent", ratio < 4.5 ? colour : untilRead(colour, "#000000", "#f1ece1"));
  sides[0].style.setProperty("--on-accent", "#ffffff");
  sides[1].style.setProperty("--accent", untilRead(colour, "#ffffff", "#1a2520"));
  sides[1].style.setProperty("--on-accent", "#0e1512");
}

if (trial && own) {
  const picker = document.createElement("input");
  picker.type = "color";
  picker.setAttribute("aria-label", trial.dataset.pick);
  picker.value = /^#[0-9a-f]{6}$/i.test(own.value) ? own.value : "#1c7346";
  picker.addEventListener("input", () => { own.value = picker.value; own.dispatchEvent(new Event("input")); });
  own.after(picker);
  own.addEventListener("input", () => {
    const mine = choices.find((each) => each.value === "own");
    if (own.value) mine.checked = true;
    if (/^#[0-9a-f]{6}$/i.test(own.value)) picker.value = own.value.toLowerCase();
    show();
  });
  for (const each of choices) each.addEventListener("change", show);
  show();
}
