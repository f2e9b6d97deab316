// One question with its answer as elements. What a model wrote goes in as text, never as markup.

import { highlighted, laidOut } from "./highlight.js";

const FENCE = /```[^\S\r\n]*(\w*)[^\n]*\n([^]*?)(?:\n?```|$)/g;

/** An element with a class, and texts or elements in it. */
export function make(name, className = "", ...inside) {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.append(...inside.filter((one) => one !== null && one !== undefined && one !== ""));
  return element;
}

export function button(text, act, label = "") {
  const element = make("button", "", text);
  element.type = "button";
  if (label) element.setAttribute("aria-label", label);
  element.addEventListener("click", act);
  return element;
}

/** What the guard says: `{look, word, why}`. */
export function verdictOf(guard) {
  const findings = guard.findings ?? [];
  switch (guard.status) {
    case "valid":
      return { look: "good", word: "Proved", why: `One SELECT; every table and column in it exists.${agreement(guard)}` };
    case "unknown":
      return { look: "plain", word: "Not proved", why: `It could not be followed to its end: ${guard.because}.` };
    case "outside":
      return { look: "bad", word: "Outside", why: `Do not run it: ${guard.because}.` };
    case "invalid":
      return findings.some((one) => one.kind === "syntax")
        ? { look: "bad", word: "Refused", why: "The model wrote no single SELECT that only reads." }
        : { look: "bad", word: "Not proved", why: "Do not run it: it names what does not exist." };
    case "unsure": {
      const [agreed, of] = guard.agreed;
      const many = agreed < 2 ? `No two of ${of}` : `Only ${agreed} of ${of}`;
      return { look: "plain", word: "Not sure", why: `${many} answers agree. Each query is proved; which is meant is not.` };
    }
    case "asks":
      return { look: "plain", word: "Asks back", why: "Say which is meant; it is read with this question." };
    default:
      return { look: "plain", word: "No query", why: "There is no SQL in this answer." };
  }
}

function agreement(guard) {
  return guard.agreed ? ` ${guard.agreed[0]} of ${guard.agreed[1]} answers agree.` : "";
}

/** A question with its answer. `acts`: `rows(sql)` and `judge(turn, verdict)`, promises; the latter may be null. */
export function turnElement(turn, acts) {
  const verdict = verdictOf(turn.guard);
  const element = make("li", "turn", make("h2", "", turn.question));
  element.append(make("p", `verdict ${verdict.look}`, make("b", "", verdict.word), " ", verdict.why));
  for (const part of parts(turn.answer, turn.guard.sql)) {
    if (part.sql) element.append(sqlElement(part.sql, turn, verdict, acts));
    else if (part.code) element.append(make("pre", "plain", part.code));
    else element.append(make("p", "prose", part.text));
  }
  if (!turn.answer.trim()) element.append(make("p", "prose fine", "The model said nothing."));
  if (turn.cut) element.append(make("p", "fine", "The answer was cut off at its longest."));
  if (turn.left) element.append(make("p", "fine", leftOut(turn.left)));
  element.append(findingsElement(turn), usesElement(turn.looked), schemaElement(turn.guard), judgeElement(turn, acts));
  return element;
}

/** That the answer was made without earlier questions of the conversation. */
function leftOut(count) {
  return `${count} earlier question${count > 1 ? "s were" : " was"} not read with this one.`;
}

/** Text, code and SQL of an answer in their order; a query without a fence (`sql`) is found too. */
function parts(answer, sql) {
  const found = [];
  let end = 0;
  for (const fence of answer.matchAll(FENCE)) {
    found.push({ text: answer.slice(end, fence.index).trim() });
    const isSql = /^(?:sql|tsql|)$/i.test(fence[1]);
    found.push(isSql ? { sql: fence[2].trim() } : { code: fence[2] });
    end = fence.index + fence[0].length;
  }
  const rest = answer.slice(end);
  const at = sql && !found.some((part) => part.sql) ? rest.indexOf(sql) : -1;
  if (at < 0) found.push({ text: rest.trim() });
  else found.push({ text: rest.slice(0, at).trim() }, { sql }, { text: rest.slice(at + sql.length).trim() });
  return found.filter((part) => part.sql || part.code || part.text);
}

function sqlElement(sql, turn, verdict, acts) {
  const proved = turn.guard.status === "valid" || (turn.guard.readings ?? []).some((one) => one.sql === sql);
  const shown = laidOut(sql);
  const said = make("span", "fine");
  said.setAttribute("role", "status");
  // Whoever pastes what is not proved sees that it is not.
  const note = proved ? "" : `-- ${verdict.word.toUpperCase()}: ${verdict.why.replace(/\s+/g, " ")}\n`;
  const copy = button("Copy", async () => {
    said.textContent = (await copied(note + shown)) ? "Copied." : "The browser does not let this page copy.";
  });
  const rows = make("div", "rows");
  const run = button("Made-up rows", async () => {
    run.disabled = true;
    said.textContent = "Making rows ...";
    try {
      rows.replaceChildren(rowsElement(await acts.rows(sql)));
      said.textContent = "";
    } catch (error) {
      said.textContent = error.message;
    }
    run.disabled = false;
  });
  const code = make("pre", "", highlighted(shown));
  code.tabIndex = 0;
  return make(
    "div",
    `sql ${verdict.look}`,
    code,
    make("div", "bar", copy, proved && (!turn.guard.sql || sql === turn.guard.sql) ? run : null, said),
    rows,
  );
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without HTTPS a browser gives no clipboard; the old way still works.
    const area = make("textarea", "unseen");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

/** Rows as a table that can be scrolled by keyboard. */
export function rowsElement(found) {
  const count = `${found.count.toLocaleString("en")} ${found.count === 1 ? "row" : "rows"}`;
  const caption = make("caption", "", make("b", "", "Made up"), `, none of it is from your database: ${count}`);
  const head = make("tr", "", ...found.columns.map((name) => scoped(name || "(no name)")));
  const body = found.rows.map((row) =>
    make("tr", "", ...row.map((value) => (value === null ? make("td", "null", "NULL") : make("td", "", value)))),
  );
  const note = found.note ? make("p", "fine", `${found.note[0].toUpperCase()}${found.note.slice(1)}.`) : null;
  if (!found.columns.length) return make("div", "", note);
  const table = make("table", "", caption, make("thead", "", head), make("tbody", "", ...body));
  const region = make("div", "scroll", table);
  region.tabIndex = 0;
  region.setAttribute("role", "region");
  region.setAttribute("aria-label", "Made-up rows");
  return make("div", "", region, note);
}

function scoped(text) {
  const cell = make("th", "", text);
  cell.scope = "col";
  return cell;
}

/** What the guard found that the answer itself does not say. */
function findingsElement(turn) {
  const list = make("ul", "findings");
  const seen = new Set();
  for (const finding of turn.guard.findings ?? []) {
    if (turn.answer.includes(finding.message) || seen.has(finding.message)) continue;
    seen.add(finding.message);
    const house = finding.kind === "house" ? "House rule: " : "";
    const nearest = finding.nearest ? `; the nearest is ${finding.nearest}` : "";
    list.append(make("li", "", `${house}${finding.message}${nearest}.`));
  }
  return list;
}

/** Tables and joins of the query. */
export function usesElement(looked) {
  const element = make("div", "uses");
  if (!looked?.tables?.length) return element;
  const tables = looked.tables.map((table) =>
    make(
      "li",
      "",
      make("b", "", table.name),
      table.description ? ` ${table.description}` : "",
      make("span", "fine", ` ${table.columns.join(", ")}`),
    ),
  );
  const joins = looked.joins.map((join) =>
    make("li", "", make("b", "", `${join.first} \u2013 ${join.second}`), ` on ${join.on}${join.left ? ", also without a match" : ""}`),
  );
  element.append(make("h3", "", "Tables"), make("ul", "tables", ...tables));
  if (joins.length) element.append(make("h3", "", "Joins"), make("ul", "joins", ...joins));
  return element;
}

function schemaElement(guard) {
  if (!guard.schema) return "";
  const again = guard.attempts > 1 ? " It was asked twice: its first answer was not proved." : "";
  const summary = make("summary", "", "What the model was shown");
  return make("details", "shown", summary, make("pre", "plain", guard.schema), again ? make("p", "fine", again.trim()) : null);
}

function judgeElement(turn, acts) {
  if (!acts.judge || !turn.id) return "";
  const said = make("span", "fine");
  said.setAttribute("role", "status");
  const judge = (verdict) => async () => {
    try {
      await acts.judge(turn, verdict);
      said.textContent = "Kept in the log. Thank you.";
    } catch (error) {
      said.textContent = error.message;
    }
  };
  return make("p", "judge", "Is it what you asked for? ", button("Yes", judge("right")), button("No", judge("wrong")), said);
}
