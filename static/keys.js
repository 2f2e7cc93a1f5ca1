"use strict";
// The keyboard on staff pages: rows, actions, help and the palette. Loaded after app.js.

/* Keys: an element with data-key is what its key activates; rows have keys of their own. */
const typing = (element) =>
  element?.matches("input:not([type=checkbox],[type=radio]),textarea,select,[contenteditable]");
const shown = (element) => element.getClientRects().length > 0;
const rows = () => all("[data-rows] tbody tr").filter((row) => one("a[href]", row) && shown(row));
const currentRow = () => document.activeElement?.closest("[data-rows] tbody tr");

function move(step) {
  const list = rows();
  if (!list.length) return follow(step > 0 ? "next" : "prev");
  const at = list.indexOf(currentRow());
  const row = list[at < 0 ? (step > 0 ? 0 : list.length - 1) : at + step];
  if (!row) return follow(step > 0 ? "next" : "prev");
  one("a[href]", row).focus();
  row.scrollIntoView({ block: "nearest" });
  return true;
}

function follow(relation) {
  const link = one(`main a[rel=${relation}][href]`);
  link?.click();
  return Boolean(link);
}

function selectRow() {
  const box = currentRow() && one("input[type=checkbox]", currentRow());
  box?.click();
  return Boolean(box);
}

function openRow() {
  const link = currentRow() && one("a[href]", currentRow());
  link?.click();
  return Boolean(link);
}

function activate(key) {
  const target = all(`[data-key="${CSS.escape(key)}"]`).find(shown);
  if (!target || target.disabled) return false;
  if (typing(target)) target.focus();
  else target.click();
  const details = target.tagName === "SUMMARY" && target.parentElement;
  if (details?.open)
    one("form :is(input:not([type=hidden]),textarea,select,button)", details)?.focus();
  return true;
}

/* Ctrl-Enter carries out the action whose form the focus is in, from within a text too. */
function carryOut(target) {
  const form = target.closest?.("form[data-action]");
  const button = form && one("button:not([formaction],[type=button])", form);
  button?.click();
  return Boolean(button);
}

function help() {
  one("#help")?.togglePopover();
  return Boolean(one("#help"));
}

const MOVES = { j: () => move(1), k: () => move(-1), x: selectRow, o: openRow, "?": help };

function pressed(event) {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    if (openGoto()) event.preventDefault();
    return;
  }
  if (event.key === "Enter" && event.target.dataset?.enter) {
    one(`button[value="${CSS.escape(event.target.dataset.enter)}"]`, event.target.form)?.click();
    return event.preventDefault();
  }
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    if (carryOut(event.target)) event.preventDefault();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || one("dialog[open]"))
    return;
  if (event.key === "Escape") return unselect();
  const off = (document.body.dataset.keysOff ?? "").split(" ");
  if (off.includes(event.key)) return;
  if ((MOVES[event.key] ?? (() => activate(event.key)))()) event.preventDefault();
}

function unselect() {
  const form = one("input[name=case]:checked")?.form;
  if (!form) return;
  all("input[type=checkbox]", form).forEach((box) => {
    box.checked = false;
  });
  count(form);
}

/* The palette: links of the navigation at once, cases and sellers from the search page. */
function openGoto() {
  const dialog = one("#goto");
  if (!dialog) return false;
  if (!dialog.open) dialog.showModal();
  one("input", dialog).select();
  fill(dialog);
  return true;
}

let asked = 0;
async function fill(dialog) {
  const words = one("input", dialog).value.trim().toLowerCase();
  const pages = all(".side a").filter((link) => link.title.toLowerCase().includes(words));
  show(
    dialog,
    pages.map((link) => [link.title, link.href]),
  );
  const turn = ++asked;
  if (words.length < 2) return;
  await new Promise((resume) => setTimeout(resume, 200));
  if (turn !== asked) return;
  const address = `${one(".find").action}?q=${encodeURIComponent(words)}`;
  const answer = await fetch(address).catch(() => null);
  const html = answer?.ok ? await answer.text() : "";
  if (turn !== asked) return;
  const page = new DOMParser().parseFromString(html, "text/html");
  const isCase = answer?.redirected && one(".case-head", page); // a whole reference leads there
  const found = all("[data-result]", page).map((link) => [link.textContent.trim(), link.href]);
  show(dialog, [
    ...pages.map((link) => [link.title, link.href]),
    ...(isCase ? [[page.title, answer.url]] : found),
  ]);
}

function show(dialog, entries) {
  one("[data-none]", dialog).hidden = entries.length > 0;
  one("[data-found]", dialog).replaceChildren(
    ...entries.slice(0, 12).map(([words, href]) => {
      const link = Object.assign(document.createElement("a"), { textContent: words, href });
      const item = document.createElement("li");
      item.append(link);
      return item;
    }),
  );
}

function moveInGoto(event) {
  const links = all("[data-found] a", event.currentTarget);
  const at = links.indexOf(document.activeElement);
  if (event.key === "Enter" && at < 0 && links.length) links[0].click();
  else if (event.key === "ArrowDown") links[Math.min(at + 1, links.length - 1)]?.focus();
  else if (event.key === "ArrowUp") (links[at - 1] ?? one("input", event.currentTarget)).focus();
  else return;
  event.preventDefault();
}

document.addEventListener("keydown", pressed);
one("#goto")?.addEventListener("input", (event) => fill(event.currentTarget));
one("#goto")?.addEventListener("keydown", moveInGoto);
one("[data-open=goto]")?.addEventListener("click", (event) => {
  if (openGoto()) event.preventDefault();
});
