"use strict";
// The list of questions: filters, the state in the address's hash, and a question's answers side by side.
// Text from a model only ever becomes text nodes.
const read = id => JSON.parse(document.getElementById(id).textContent);
const { order, names, before, stage: taken, tones, words: labels } = read("facts");
const field = id => document.getElementById(id), FIELDS = ["category", "stage", "outcome", "words"];
const plain = text => text.replaceAll("_", " "), title = (kind, slug) => (Object.hasOwn(labels[kind], slug) ? labels[kind][slug] : plain(slug));
const isRight = outcome => outcome === "right" || outcome === "right_refusal";
const tone = outcome => tones[outcome] || "bad", glyph = outcome => (isRight(outcome) ? "✓" : outcome === "empty" ? "∅" : "✗");
let rows = [], outcomes = [], opened = "";

function make(tag, kind, ...inside) {
  const element = document.createElement(tag);
  if (kind) element.className = kind;
  element.append(...inside.filter(part => part !== null && part !== undefined && part !== ""));
  return element;
}

// ---- Filters: each is a test of a question's row --------------------------------------------------------------------

const texts = new Map();
function text(row) {
  if (!texts.has(row)) {
    const answers = Object.values(row.answers).flatMap(answer => [answer.response, answer.why, answer.outcome]);
    texts.set(row, [row.id, row.table, row.question, ...row.golds, ...answers].join("\n").toLowerCase());
  }
  return texts.get(row);
}

function outcomeIs(row, stage, wanted) {
  const now = row.answers[stage], was = row.answers[before[stage]];
  if (!wanted) return true;
  if (!now) return false;
  if (!["gained", "lost", "differ"].includes(wanted)) return now.outcome === wanted;
  if (!was) return false;
  if (wanted === "differ") return now.outcome !== was.outcome;
  return isRight(now.outcome) !== isRight(was.outcome) && isRight(now.outcome) === (wanted === "gained");
}

function state() {
  const value = Object.fromEntries(FIELDS.map(id => [id, field(id).value]));
  return { ...value, words: value.words.toLowerCase().split(/\s+/).filter(Boolean) };
}

const matches = (row, { category, words }) => (!category || row.category === category) && words.every(word => text(row).includes(word));

function show() {
  const wanted = state(), candidates = rows.filter(row => matches(row, wanted));
  for (const option of field("outcome").options) {
    const count = candidates.filter(row => outcomeIs(row, wanted.stage, option.value)).length;
    option.textContent = option.dataset.title.replace("{before}", names[before[wanted.stage]] || "nothing") + " (" + count + ")";
  }
  const found = candidates.filter(row => outcomeIs(row, wanted.stage, wanted.outcome));
  field("list").replaceChildren(...found.map(line));
  const counts = outcomes.map(outcome => [found.filter(row => row.answers[wanted.stage]?.outcome === outcome).length, title("outcomes", outcome)]);
  const said = counts.filter(([count]) => count).map(([count, outcome]) => count + " " + outcome).join(", ");
  field("count").textContent = `${found.length} of ${rows.length} questions` + (said ? `; ${names[wanted.stage]}: ${said}` : "");
}

// ---- One question ---------------------------------------------------------------------------------------------------

function line(row) {
  const marks = make("span", "marks");
  for (const stage of order.filter(stage => row.answers[stage])) {
    const { outcome } = row.answers[stage], tag = make("span", "tag " + tone(outcome), glyph(outcome) + " " + names[stage]);
    tag.title = title("outcomes", outcome);
    marks.append(tag, " ");
  }
  const head = make("summary", "", make("span", "", make("small", "", row.id), row.question), marks);
  const box = make("details", "question", head);
  box.dataset.id = row.id;
  box.addEventListener("toggle", () => {
    if (box.open) fill(box, row);
    const now = box.open ? row.id : opened === row.id ? "" : opened;
    if (now !== opened) { opened = now; remember(); }
  });
  return box;
}

function fill(box, row) {
  if (box.childElementCount > 1) return;
  const link = make("a", "", "link to this question");
  link.href = "#q=" + encodeURIComponent(row.id);
  const facts = make("p", "note", [title("categories", row.category), row.table].filter(Boolean).join(" · ") + " · ", link);
  const sides = make("div", "sides", ...order.filter(stage => row.answers[stage]).map(stage => side(row, stage)));
  box.append(facts, folded("Prompt", row.prompt), gold(row), sides);
}

function folded(title, content) {
  return content ? make("details", "prompt", make("summary", "", `${title} (${content.length.toLocaleString("en")} characters)`), make("pre", "", content)) : "";
}

function gold(row) {
  const several = row.golds.length > 1 ? `Gold: any of ${row.golds.length}` : "Gold";
  const texts = row.golds.length ? row.golds.map(gold => make("pre", "", gold)) : [make("small", "", "no gold on record")];
  return make("section", "gold", make("h4", "", several), make("div", "", ...texts), table(row.gold_rows));
}

function side(row, stage) {
  const answer = row.answers[stage], box = make("section", "side" + (stage === taken ? " taken" : ""));
  box.dataset.stage = stage;
  box.append(make("h4", "", names[stage], make("span", "tag " + tone(answer.outcome), glyph(answer.outcome) + " " + title("outcomes", answer.outcome))));
  if (answer.why) box.append(make("p", "", make("small", "", answer.why)));
  box.append(chips(answer), ...said(answer, row.golds.length > 1), table(answer.rows), folded("Its own prompt", answer.prompt));
  return box;
}

function chips(answer) {
  const marks = Object.entries(answer.parts || {}).filter(([, holds]) => holds !== null).map(([name, holds]) =>
    make("span", holds ? "met" : "missed", (holds ? "✓ " : "✗ ") + title("parts", name)));
  const broken = (answer.house || []).map(rule => make("span", "missed", "house rule: " + title("defects", rule)));
  return marks.length + broken.length ? make("div", "chips", ...marks, ...broken) : "";
}

// The answer as it was given, its query marked where it stands.
function said(answer, several) {
  const response = answer.response || "", at = answer.sql ? response.indexOf(answer.sql) : -1;
  if (!answer.sql) return [response.trim() ? make("div", "prose", response) : make("small", "", "(nothing)")];
  const fences = part => part.replace(/^\s*;/, "").replace(/^[ \t]*```[\w-]*[ \t]*$/gm, "").trim();
  const around = at < 0 ? [response, ""] : [response.slice(0, at), response.slice(at + answer.sql.length)].map(fences);
  const [lead, tail] = around.map(part => (part ? make("div", "prose", part) : ""));
  return [lead, marked(answer, several), tail];
}

function marked(answer, several) {
  if (!answer.diff) return make("pre", "sql", answer.sql);
  const tags = { "+": "ins", "-": "del" }, pieces = answer.diff.length ? answer.diff : [["=", answer.sql]];
  const query = make("pre", "sql", ...pieces.map(([kind, piece]) => (tags[kind] ? make(tags[kind], "", piece) : piece)));
  const which = several ? `gold ${answer.gold + 1}` : "the gold", same = pieces.every(([kind]) => kind === "=");
  const note = !answer.diff.length ? `another query than ${which}` : !same ? `differs from ${which}` : several ? `as ${which}` : "";
  return make("div", "", query, note ? make("small", "", note) : "");
}

function table(found) {
  if (!found) return "";
  const { columns = [], rows: shown = [], count = shown.length } = found;
  const caption = `${count.toLocaleString("en")} ${count === 1 ? "row" : "rows"}` + (count > shown.length ? `, the first ${shown.length}` : "");
  const heads = columns.map(name => make("th", "", name || "(no name)"));
  for (const cell of heads) cell.scope = "col";
  const head = make("tr", "", ...heads);
  const body = shown.map(cells => make("tr", "", ...cells.map(cell => make("td", cell === "NULL" ? "null" : "", cell))));
  return make("div", "rows", make("table", "", make("caption", "", caption), make("thead", "", head), make("tbody", "", ...body)));
}

// ---- The address: what is filtered and which question is open -------------------------------------------------------

function remember() {
  const value = new URLSearchParams();
  for (const id of FIELDS) if (field(id).value && !(id === "stage" && field(id).value === taken)) value.set(id, field(id).value);
  if (opened) value.set("q", opened);
  const hash = String(value) ? "#" + value : location.pathname + location.search;
  history.replaceState(null, "", hash);
}

function recall() {
  const hash = location.hash.slice(1);
  if (hash && !hash.includes("=")) return;  // a section of the page
  const value = new URLSearchParams(hash), wanted = value.get("q");
  for (const id of FIELDS) field(id).value = value.get(id) || (id === "stage" ? taken : "");
  if (!field("stage").value) field("stage").value = taken in names && order.includes(taken) ? taken : order[0];
  if (!field("outcome").value) field("outcome").value = "";
  if (!field("category").value) field("category").value = "";
  opened = "";
  show();
  if (!wanted) { if (hash) field("questions").scrollIntoView(); return; }
  const row = rows.find(row => row.id === wanted);
  if (!row) { field("count").textContent += `. There is no question ${wanted} in this exam.`; field("questions").scrollIntoView(); return; }
  const find = () => [...field("list").children].find(box => box.dataset.id === wanted);
  if (!find()) { for (const id of ["category", "outcome", "words"]) field(id).value = ""; show(); }
  const box = find();
  opened = wanted;
  box.open = true;
  fill(box, row);
  box.scrollIntoView();
}

function keys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/" && !event.target.closest("input, select, textarea")) { event.preventDefault(); field("words").focus(); return; }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], heads = [...field("list").querySelectorAll(".question > summary")];
  const at = heads.indexOf(document.activeElement);
  if (!step || at < 0 || !heads[at + step]) return;
  event.preventDefault();
  heads[at + step].focus();
}

// ---- The start ------------------------------------------------------------------------------------------------------

function start(found) {
  rows = found;
  if (!rows.length) return;
  outcomes = [...new Set(rows.flatMap(row => Object.values(row.answers).map(answer => answer.outcome)))];
  const option = (says, value) => { const made = make("option", "", says); made.value = value; made.dataset.title = says; return made; };
  const group = (says, ...options) => { const made = make("optgroup", "", ...options); made.label = says; return made; };
  const categories = [...new Set(rows.map(row => row.category))];
  field("category").append(...categories.map(name => option(`${title("categories", name)} (${rows.filter(row => row.category === name).length})`, name)));
  field("outcome").append(option("any outcome", ""), group("Outcome", ...outcomes.map(name => option(title("outcomes", name), name))),
    group("Against the stage it is compared with", option("gained against {before}", "gained"), option("lost against {before}", "lost"), option("differs from {before}", "differ")));
  for (const id of FIELDS) field(id).addEventListener("input", () => { opened = ""; show(); remember(); });
  field("reset").addEventListener("click", () => { history.replaceState(null, "", "#questions="); recall(); remember(); });
  document.addEventListener("keydown", keys);
  window.addEventListener("hashchange", recall);
  if (location.hash.includes("=")) recall(); else { field("stage").value = order.includes(taken) ? taken : order[0]; show(); }
  performance.mark("list");
}

// Large results are packed, so that the page stays small enough to be sent.
async function unpack(packed) {
  const bytes = Uint8Array.from(atob(packed), character => character.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
}

const source = field("rows");
if (!source.dataset.packed) start(JSON.parse(source.textContent));
else if (!("DecompressionStream" in window)) field("count").textContent = "This browser is too old to unpack the questions; a newer one shows them.";
else unpack(source.textContent).then(start);
