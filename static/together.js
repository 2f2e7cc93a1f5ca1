"use strict";
// Several people before one case: who is there, who writes, one draft for all. After app.js.

const QUICK_SECONDS = 5, CALM_SECONDS = 15, SAVE_AFTER_MS = 800;
const place = one("[data-presence-url]");
const area = one("textarea[data-draft]");
const form = area?.form;
const other = form && one("[data-draft-other]", form);
let kept = area?.defaultValue ?? ""; // as the server has it
let typedAt = 0;
let pending = 0;
let isSaving = false;

const version = () => Number(form.elements.draft_version.value);
const setVersion = (number) => {
  form.elements.draft_version.value = number;
};
const post = (url, values) =>
  fetch(url, {
    method: "POST",
    headers: { "X-CSRFToken": token() },
    body: new URLSearchParams(values),
  }).catch(() => null);

/* Who else is here */
async function greet() {
  if (document.hidden) return setTimeout(greet, 1000 * CALM_SECONDS);
  const writing = Date.now() - typedAt < 1000 * 2 * QUICK_SECONDS ? "1" : "0";
  const answer = await post(place.dataset.presenceUrl, { writing });
  const isJson = answer?.ok && answer.headers.get("Content-Type")?.includes("json");
  const said = isJson ? await answer.json() : null;
  if (said) tell(said);
  const alone = !said || said.reading.length + said.writing.length === 0;
  return setTimeout(greet, 1000 * (alone ? CALM_SECONDS : QUICK_SECONDS));
}

function tell(said) {
  const parts = ["writing", "reading"]
    .filter((what) => said[what].length)
    .map((what) => `${place.dataset[what]} ${said[what].join(", ")}`);
  const words = parts.join(" · ");
  if (place.textContent !== words) place.textContent = words;
  if (area) follow_draft(said.draft);
  else read(said.draft.body);
}

function read(body) {
  const place = one("[data-draft-read]");
  if (!place) return;
  place.textContent = body;
  place.hidden = !body;
}

/* A draft that somebody else changed is taken over where nothing was typed here since. */
function follow_draft(draft) {
  if (draft.version <= version() || pending || isSaving) return;
  if (area.value === kept || area.value === draft.body) {
    area.value = kept = draft.body;
    setVersion(draft.version);
    if (one("[data-draft-said]")) one("[data-draft-said]").textContent = draft.by;
  } else contest(draft);
}

function contest(draft) {
  other.draft = draft;
  const by = one("[data-draft-other-by]", other);
  by.textContent = `${draft.by} ${by.dataset.words}`.trim();
  one("[data-draft-other-body]", other).textContent = draft.body;
  other.hidden = false;
}

/* What is typed is kept after a moment, unless somebody else's text waits to be looked at; until the
   server has it, it stays in this tab. */
function typed() {
  typedAt = Date.now();
  sessionStorage.setItem(draftKey(area), area.value);
  saveSoon();
}

function saveSoon() {
  clearTimeout(pending);
  pending = setTimeout(save, SAVE_AFTER_MS);
}

async function save() {
  const body = area.value;
  pending = 0;
  if (isSaving || !other.hidden || body === kept) return;
  isSaving = true;
  const values = { body, draft_version: version(), by: "script" };
  const answer = await post(form.dataset.draftUrl, values);
  const isJson = answer?.headers.get("Content-Type")?.includes("json");
  const said = isJson ? await answer.json() : null;
  isSaving = false;
  if (said && answer.ok) {
    kept = body;
    setVersion(said.version);
    if (area.value === body) sessionStorage.removeItem(draftKey(area));
    else saveSoon();
  } else if (answer?.status === 409 && said) contest(said);
}

/* Text that this tab kept and the server never got: it stands, and what the server has beside it. */
function recover() {
  const mine = sessionStorage.getItem(draftKey(area));
  if (mine === null || kept.startsWith(mine.trimEnd())) return;
  const theirs = { body: kept, version: version(), by: "" };
  area.value = mine;
  if (kept && !mine.startsWith(kept)) contest(theirs);
  else save();
}

function take(event) {
  const choice = event.target.dataset?.draftTake;
  if (!choice) return;
  const { body, version: number } = other.draft;
  if (choice === "theirs") area.value = body;
  if (choice === "both") area.value = `${area.value.trimEnd()}\n\n${body}`;
  kept = body;
  setVersion(number);
  other.hidden = true;
  area.focus();
  save();
}

if (place) greet();
if (area) {
  area.addEventListener("input", typed);
  other.addEventListener("click", take);
  if (other.hidden) recover();
  else other.draft = { body: one("[data-draft-other-body]", other).textContent, version: version() };
}
