"use strict";
// Keys, renewals, countdowns and kept texts. Every page works without this file.

const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const one = (selector, root = document) => root.querySelector(selector);
const token = () => one("meta[name=csrf-token]")?.content ?? "";

/* Keys: an element with data-key is what its key activates; rows have keys of their own. */
const typing = (element) => element?.matches("input:not([type=checkbox],[type=radio]),textarea,select,[contenteditable]");
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

function select() {
  const box = currentRow() && one("input[type=checkbox]", currentRow());
  box?.click();
  return Boolean(box);
}

function open() {
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
  if (details?.open) one("form :is(input:not([type=hidden]),textarea,select,button)", details)?.focus();
  return true;
}

function help() {
  one("#help")?.togglePopover();
  return Boolean(one("#help"));
}

const MOVES = { j: () => move(1), k: () => move(-1), x: select, o: open, "?": help };

function pressed(event) {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    if (openGoto()) event.preventDefault();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || one("dialog[open]")) return;
  if (event.key === "Escape") return unselect();
  const off = (document.body.dataset.keysOff ?? "").split(" ");
  if (off.includes("*") || off.includes(event.key)) return;
  if ((MOVES[event.key] ?? (() => activate(event.key)))()) event.preventDefault();
}

/* Selection in lists */
function selected(event) {
  const box = event.target;
  if (!box.matches?.("[data-select],input[name=case]")) return;
  const scope = box.dataset.select === "group" ? box.closest("tbody") : box.form;
  if (box.dataset.select) all("input[name=case]:not(:disabled)", scope).forEach((other) => { other.checked = box.checked; });
  count(box.form);
}

function count(form) {
  const boxes = all("input[name=case]", form);
  const ticked = boxes.filter((box) => box.checked);
  boxes.forEach((box) => box.closest("tr").classList.toggle("is-picked", box.checked));
  all("[data-selected-count]", form).forEach((place) => { place.textContent = ticked.length; });
}

function unselect() {
  const form = one("input[name=case]:checked")?.form;
  if (!form) return;
  all("input[type=checkbox]", form).forEach((box) => { box.checked = false; });
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
  show(dialog, pages.map((link) => [link.title, link.href]));
  const turn = ++asked;
  if (words.length < 2) return;
  await new Promise((resume) => setTimeout(resume, 200));
  if (turn !== asked) return;
  const address = `${one(".find").action}?q=${encodeURIComponent(words)}`;
  const html = await fetch(address).then((answer) => (answer.ok ? answer.text() : ""), () => "");
  if (turn !== asked) return;
  const found = all("[data-result]", new DOMParser().parseFromString(html, "text/html"));
  show(dialog, [...pages.map((link) => [link.title, link.href]), ...found.map((link) => [link.textContent.trim(), link.href])]);
}

function show(dialog, entries) {
  one("[data-none]", dialog).hidden = entries.length > 0;
  one("[data-found]", dialog).replaceChildren(...entries.slice(0, 12).map(([words, href]) => {
    const link = Object.assign(document.createElement("a"), { textContent: words, href });
    const item = document.createElement("li");
    item.append(link);
    return item;
  }));
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

/* A claim is renewed while the page is open and looked at. */
async function renew(holder) {
  if (document.hidden) return;
  const answer = await fetch(holder.dataset.renewUrl, { method: "POST", headers: { "X-CSRFToken": token() } }).catch(() => null);
  if (answer?.ok) {
    const said = await answer.json().catch(() => ({}));
    if (said.label) all("[data-claim-label]").forEach((place) => { place.textContent = said.label; });
  } else if (answer && answer.status < 500 && answer.status !== 429) {
    clearInterval(holder.renewal);
    all("[data-claim-lost]").forEach((place) => { place.hidden = false; });
  }
}

/* The undo bar counts down and goes when the time is over. */
function countDown(bar) {
  const left = Math.ceil((Date.parse(bar.dataset.until) - Date.now()) / 1000);
  one("[data-seconds]", bar).textContent = Math.max(0, left);
  if (left <= 0) bar.remove();
  else setTimeout(countDown, 1000, bar);
}

/* Long work: a fragment is asked for again until it stops asking. */
async function refresh(place) {
  const html = await fetch(place.dataset.refreshUrl).then((answer) => (answer.ok ? answer.text() : null), () => null);
  if (html !== null) {
    const fresh = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
    if (fresh) { place.replaceWith(fresh); place = fresh; }
  }
  if (place.dataset.refreshUrl) setTimeout(refresh, 1000 * (place.dataset.every ?? 2), place);
}

/* Typed text is kept in this tab until the server says it accepted the form. */
const draftKey = (area) => `draft:${area.form?.getAttribute("action") || location.pathname}:${area.name}`;

function dropAccepted() {
  const done = document.cookie.split("; ").find((pair) => pair.startsWith("done="));
  if (!done) return;
  const path = decodeURIComponent(done.slice(5)).replace(/^"|"$/g, "");
  Object.keys(sessionStorage).filter((key) => key.startsWith(`draft:${path}:`)).forEach((key) => sessionStorage.removeItem(key));
  document.cookie = "done=; Max-Age=0; Path=/; SameSite=Lax";
}

function restore(area) {
  const kept = sessionStorage.getItem(draftKey(area));
  if (kept === null || kept === area.value) return;
  area.value = kept;
  const details = area.closest("details.act");
  if (details) details.open = true;
}

function keep(event) {
  if (event.target.matches?.("textarea[name]")) sessionStorage.setItem(draftKey(event.target), event.target.value);
}

/* One press, one request. */
function guard(event) {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
  setTimeout(() => all("button:not([type=button])", form).forEach((button) => { button.disabled = true; button.setAttribute("aria-busy", "true"); }));
}

function unguard() {
  all("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    all("[aria-busy]", form).forEach((button) => { button.disabled = false; button.removeAttribute("aria-busy"); });
  });
}

document.addEventListener("keydown", pressed);
document.addEventListener("change", selected);
document.addEventListener("reset", (event) => setTimeout(count, 0, event.target));
document.addEventListener("input", keep);
document.addEventListener("submit", guard);
addEventListener("pageshow", unguard);
one("#goto")?.addEventListener("input", (event) => fill(event.currentTarget));
one("#goto")?.addEventListener("keydown", moveInGoto);
one("[data-open=goto]")?.addEventListener("click", (event) => { if (openGoto()) event.preventDefault(); });
dropAccepted();
all("textarea[name]").forEach(restore);
all("[data-until]").forEach(countDown);
all("[data-refresh-url]").forEach((place) => setTimeout(refresh, 1000 * (place.dataset.every ?? 2), place));
all("[data-renew-url]").forEach((holder) => { holder.renewal = setInterval(renew, 1000 * holder.dataset.renewEvery, holder); });
all("form:has(input[name=case])").forEach(count);
