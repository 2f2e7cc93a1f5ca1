"use strict";
// Selections, renewals, countdowns and kept texts. Every page works without this file.

const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const one = (selector, root = document) => root.querySelector(selector);
const token = () => one("meta[name=csrf-token]")?.content ?? "";

/* Selection in lists */
function selected(event) {
  const box = event.target;
  if (!box.matches?.("[data-select],input[name=case]")) return;
  const scope = box.dataset.select === "group" ? box.closest("tbody") : box.form;
  if (box.dataset.select)
    all("input[name=case]:not(:disabled)", scope).forEach((other) => {
      other.checked = box.checked;
    });
  count(box.form);
}

function count(form) {
  const boxes = all("input[name=case]", form);
  const ticked = boxes.filter((box) => box.checked);
  boxes.forEach((box) => box.closest("tr")?.classList.toggle("is-picked", box.checked));
  all("[data-selected-count]", form).forEach((place) => {
    place.textContent = ticked.length;
  });
}

/* A claim is renewed while the page is open. */
function renewRegularly(holder) {
  holder.renewal = setInterval(renew, 1000 * holder.dataset.renewEvery, holder);
}

async function renew(holder) {
  const answer = await fetch(holder.dataset.renewUrl, {
    method: "POST",
    headers: { "X-CSRFToken": token() },
  }).catch(() => null);
  const isSignedOut = answer?.redirected; // to the sign-in page
  if (answer?.ok && !isSignedOut) {
    const said = await answer.json().catch(() => ({}));
    if (said.label)
      all("[data-claim-label]").forEach((place) => {
        place.textContent = said.label;
      });
  } else if (answer && (isSignedOut || (answer.status < 500 && answer.status !== 429))) {
    clearInterval(holder.renewal);
    all("[data-claim-lost]").forEach((place) => {
      place.hidden = false;
    });
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
function refreshLater(place) {
  setTimeout(refresh, 1000 * (place.dataset.every ?? 2), place);
}

async function refresh(place) {
  const html = await fetch(place.dataset.refreshUrl).then(
    (answer) => (answer.ok ? answer.text() : null),
    () => null,
  );
  if (html !== null) {
    const fresh = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
    if (fresh) {
      place.replaceWith(fresh);
      place = fresh;
    }
  }
  if (place.dataset.refreshUrl) refreshLater(place);
}

/* Typed text is kept in this tab until the server says it accepted the form. */
const pathOf = (form) => new URL(form?.getAttribute("action") || "", location).pathname;
const draftKey = (area) => `draft:${pathOf(area.form)}:${area.name}`;

function dropAccepted() {
  const done = document.cookie.split("; ").find((pair) => pair.startsWith("done="));
  if (!done) return;
  // A macro is sent with the form of the reply.
  const path = decodeURIComponent(done.slice(5)).replace(/^"|"$/g, "").replace(/macro$/, "reply");
  Object.keys(sessionStorage)
    .filter((key) => key.startsWith(`draft:${path}:`))
    .forEach((key) => sessionStorage.removeItem(key));
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
  if (event.target.matches?.("textarea[name]:not([data-draft])"))
    sessionStorage.setItem(draftKey(event.target), event.target.value);
}

/* A preview, or what is wrong with the form, comes into the open form; a refusal needs its page. */
function preview(event) {
  if (!event.submitter?.matches("[data-preview]")) return;
  event.preventDefault();
  previewInPlace(event.target, event.submitter);
}

async function previewInPlace(form, button) {
  button.setAttribute("aria-busy", "true");
  const sent = { method: "POST", body: new FormData(form) };
  const html = await fetch(button.formAction, sent).then((answer) => answer.text(), () => "");
  const page = new DOMParser().parseFromString(html, "text/html");
  const same = `details:has(> form[data-action="${form.dataset.action}"])`;
  const fresh = one(same, page);
  const told = fresh && one("[data-failed],[data-previewed]", fresh);
  if (!told) {
    form.action = button.formAction;
    return form.submit();
  }
  one("main > .banner[role=alert]")?.remove();
  one(same).replaceWith(fresh);
  told.focus();
}

/* One press, one request; a frame inside the form may be filled as often as one likes. */
function guard(event) {
  const form = event.target;
  if (form.getAttribute("method") !== "post" || event.defaultPrevented) return;
  if (event.submitter?.formTarget) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
  setTimeout(() =>
    all("button:not([type=button])", form).forEach((button) => {
      button.disabled = true;
      button.setAttribute("aria-busy", "true");
    }),
  );
}

function unguard() {
  all("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    all("[aria-busy]", form).forEach((button) => {
      button.disabled = false;
      button.removeAttribute("aria-busy");
    });
  });
}

document.addEventListener("change", selected);
document.addEventListener("reset", (event) => setTimeout(count, 0, event.target));
document.addEventListener("input", keep);
document.addEventListener("submit", preview);
document.addEventListener("submit", guard);
addEventListener("pageshow", unguard);
dropAccepted();
all("textarea[name]:not([data-draft])").forEach(restore); // a shared one: together.js
all("[data-until]").forEach(countDown);
all("[data-refresh-url]").forEach(refreshLater);
all("[data-renew-url]").forEach(renewRegularly);
all("form:has(input[name=case])").forEach(count);
one("[data-failed]")?.focus();
