// The page: asks the endpoint it came from, and nobody else.

import { button, make, turnElement, usesElement, verdictOf } from "./answer.js";
import { History, key } from "./stored.js";

const at = (id) => document.getElementById(id);
// Earlier questions that go with the next one; the endpoint reads so many letters in all.
const TURNS = 2;
const LETTERS = 7500;

let about = { model: "", examples: [], log: false };
let history = new History("");
let conversation = begun();
let asking = null; // stops the question that is on its way

function begun() {
  return { id: `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 8)}`, at: Date.now(), turns: [] };
}

/** One request. Throws an Error with the endpoint's own words, or asks for the key first. */
async function api(path, body = null, signal = undefined) {
  const headers = body ? { "Content-Type": "application/json" } : {};
  if (key.get()) headers.Authorization = `Bearer ${key.get()}`;
  const options = { headers, signal, credentials: "omit" };
  if (body) Object.assign(options, { method: "POST", body: JSON.stringify(body) });
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error("The server does not answer. Is it still running?");
  }
  const said = await response.json().catch(() => ({}));
  if (response.status === 401) {
    askForKey(key.get() ? "This key is not taken." : "This server asks for a key. It is kept in this browser alone.");
    throw new Error("A key is needed.");
  }
  if (!response.ok) throw new Error(said.error?.message ?? `The server says ${response.status}.`);
  return said;
}

// ---- Asking

async function ask(question) {
  if (asking || !question) {
    say(asking ? "One question at a time." : "Type a question first.");
    return;
  }
  asking = new AbortController();
  const began = Date.now();
  const clock = setInterval(() => (at("seconds").textContent = `${Math.round((Date.now() - began) / 1000)} s`), 500);
  busy(true);
  say("Asking ...");
  try {
    const body = { model: about.model, messages: messages(question) };
    const before = conversation.turns.length - (body.messages.length - 1) / 2;
    const said = await api("v1/chat/completions", body, asking.signal);
    const { message, finish_reason: end } = said.choices[0];
    const answer = { question, answer: message.content ?? "", guard: said.vgpt2, cut: end === "length", id: said.id };
    answer.left = before + (said.vgpt2.turns_left_out ?? 0);
    at("question").value = "";
    await shown(answer);
    say(`Answered: ${verdictOf(answer.guard).word}.`);
  } catch (error) {
    say(error.name === "AbortError" ? "Stopped." : error.message, error.name !== "AbortError");
  } finally {
    clearInterval(clock);
    at("seconds").textContent = "";
    asking = null;
    busy(false);
  }
}

/** The question with what was asked before and could be proved, or was asked back, as far as there is room. */
function messages(question) {
  const found = [{ role: "user", content: question }];
  let letters = question.length;
  for (const turn of conversation.turns.slice(-TURNS).reverse()) {
    const proved = ["valid", "unknown"].includes(turn.guard.status) && turn.guard.sql;
    const said = ["asks", "unsure"].includes(turn.guard.status) ? turn.answer : proved && `\`\`\`sql\n${turn.guard.sql}\n\`\`\``;
    letters += turn.question.length + (said || "").length;
    if (!said || letters > LETTERS) break;
    found.unshift({ role: "user", content: turn.question }, { role: "assistant", content: said });
  }
  return found;
}

/** Show a new answer below the others, keep it, and look up its tables and joins. */
async function shown(turn) {
  const place = conversation;
  place.turns.push(turn);
  place.at = Date.now();
  history.keep(place);
  const element = turnElement(turn, allowed());
  at("start").hidden = true;
  at("turns").append(element);
  element.scrollIntoView({ block: "start" });
  drawHistory();
  if (!turn.guard.sql) return;
  try {
    turn.looked = await api("v1/sql", { sql: turn.guard.sql });
    history.keep(place);
    element.querySelector(".uses").replaceWith(usesElement(turn.looked));
  } catch {
    // The answer stands without them.
  }
}

const acts = {
  rows: async (sql) => (await api("v1/sql", { sql, rows: true })).rows,
  judge: (turn, verdict) => api("v1/feedback", { id: turn.id, verdict }),
};
// A server without a log keeps no verdicts.
const allowed = () => ({ rows: acts.rows, judge: about.log ? acts.judge : null });

// ---- Drawing

function draw() {
  at("start").hidden = conversation.turns.length > 0;
  at("turns").replaceChildren(...conversation.turns.map((turn) => turnElement(turn, allowed())));
  at("turns").lastElementChild?.scrollIntoView({ block: "start" });
  drawHistory();
}

function drawHistory() {
  const all = history.all();
  at("kept").textContent = all.length ? "Kept in this browser alone." : "Nothing yet. Questions are kept in this browser alone.";
  at("clear").hidden = !all.length;
  at("clear").textContent = "Clear history";
  at("history").replaceChildren(
    ...all.map((one) => {
      const title = one.turns[0].question;
      const open = button(title, () => go(one));
      open.title = `${title}\n${new Date(one.at).toLocaleString()}`;
      if (one.id === conversation.id) open.setAttribute("aria-current", "true");
      return make("li", "", open, button("\u00d7", () => drop(one), `Delete: ${title}`));
    }),
  );
}

function go(to) {
  asking?.abort();
  conversation = to;
  say("");
  draw();
  at("question").focus();
}

function drop(one) {
  history.drop(one.id);
  if (one.id === conversation.id) go(begun());
  else drawHistory();
}

function say(text, bad = false) {
  at("said").textContent = text;
  at("status").className = bad ? "bad" : "";
}

function busy(is) {
  at("send").hidden = is;
  at("stop").hidden = !is;
  at("question").readOnly = is;
}

// ---- The key

function askForKey(why) {
  at("key").hidden = false;
  at("keys-why").textContent = why;
  at("keys-value").value = "";
  at("keys-forget").hidden = !key.get();
  if (!at("keys").open) at("keys").showModal();
}

async function start() {
  about = await api("v1/about");
  history = new History(about.model);
  at("key").hidden = !key.get();
  at("database").textContent = `Ask ${about.database}`;
  document.title = `Ask ${about.database}`;
  const objects = (about.tables + about.views).toLocaleString("en");
  at("model").textContent = `${about.model} \u00b7 ${objects} tables and views`;
  at("examples").replaceChildren(...about.examples.map((text) => make("li", "", button(text, () => ask(text)))));
  say("");
  draw();
}

const begin = () => start().catch((error) => say(error.message, true));

// ---- What the user does

at("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  ask(at("question").value.trim());
});
at("question").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  ask(at("question").value.trim());
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && asking) asking.abort();
  const typing = ["TEXTAREA", "INPUT"].includes(document.activeElement?.tagName);
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    at("question").focus();
  }
});
at("stop").addEventListener("click", () => asking?.abort());
at("new").addEventListener("click", () => go(begun()));
at("clear").addEventListener("click", () => {
  if (at("clear").textContent === "Clear history") {
    at("clear").textContent = "Clear all of it?";
    return;
  }
  history.clear();
  go(begun());
});
at("key").addEventListener("click", () => askForKey("The key of this server is kept in this browser alone."));
at("keys-form").addEventListener("submit", (event) => {
  event.preventDefault();
  key.set(at("keys-value").value.trim());
  at("keys").close();
  begin();
});
at("keys-forget").addEventListener("click", () => {
  key.set("");
  at("keys").close();
  say("The key is forgotten.");
});
at("keys-close").addEventListener("click", () => at("keys").close());
// Another tab has asked something.
window.addEventListener("storage", drawHistory);
at("past").open = window.matchMedia("(min-width: 900px)").matches;
begin();
