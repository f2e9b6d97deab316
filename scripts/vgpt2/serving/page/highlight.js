// T-SQL as people read it: colours by kind of token, and lines where a text has none.

const TOKEN = new RegExp(
  [
    "(?<comment>--[^\\r\\n]*|/\\*[^]*?(?:\\*/|$))",
    "(?<string>N?'(?:[^']|'')*(?:'|$))",
    "(?<quoted>\\[(?:[^\\]]|\\]\\])*(?:\\]|$)|\"(?:[^\"]|\"\")*(?:\"|$))",
    "(?<number>0x[0-9a-fA-F]+|\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?)",
    "(?<variable>@@?[\\w@$#]+)",
    "(?<word>[A-Za-z_#\\u0080-\\uffff][\\w@$#\\u0080-\\uffff]*)",
    "(?<blank>\\s+)",
    "(?<sign>[^])",
  ].join("|"),
  "g",
);

const KEYWORDS = new Set(
  `ALL AND ANY APPLY AS ASC BETWEEN BY CASE CROSS CURRENT DECLARE DESC DISTINCT ELSE END EXCEPT EXISTS FETCH FIRST
  FOLLOWING FOR FROM FULL GROUP HAVING IN INNER INTERSECT IS JOIN LEFT LIKE NEXT NOLOCK NOT NULL OFFSET ON ONLY OR ORDER
  OUTER OVER PARTITION PERCENT PIVOT PRECEDING RANGE RIGHT ROW ROWS SELECT SOME THEN TIES TOP UNBOUNDED UNION UNPIVOT
  VALUES WHEN WHERE WITH WITHIN`.split(/\s+/),
);
// Words that begin a line where they begin a clause, and those that may stand before JOIN and APPLY.
const CLAUSES = new Set(["FROM", "WHERE", "HAVING", "UNION", "EXCEPT", "INTERSECT", "OFFSET"]);
const SIDES = new Set(["LEFT", "RIGHT", "FULL", "INNER", "CROSS", "OUTER"]);

/** The tokens of a text: `{kind, text}`, all of it. */
export function tokens(sql) {
  return [...sql.matchAll(TOKEN)].map((found) => {
    const [kind, text] = Object.entries(found.groups).find(([, value]) => value !== undefined);
    return { kind, text };
  });
}

/** A text of one line with its clauses on lines of their own; only blanks between tokens change. */
export function laidOut(sql) {
  if (/[\r\n]/.test(sql.trim())) return sql.trim();
  const all = tokens(sql.trim());
  const words = all.map((token) => (token.kind === "word" ? token.text.toUpperCase() : ""));
  const near = (at, step) => {
    do at += step;
    while (all[at]?.kind === "blank");
    return at;
  };
  const queries = []; // of each open bracket, whether a query stands in it
  let between = 0;
  let text = "";
  all.forEach((token, at) => {
    const [word, next, last] = [words[at], words[near(at, 1)], words[near(at, -1)]];
    if (token.text === "(") queries.push(["SELECT", "WITH"].includes(next));
    const level = queries.filter(Boolean).length;
    const inQuery = queries.length === 0 || queries.at(-1);
    if (word === "BETWEEN") between += 1;
    const ofBetween = word === "AND" && between > 0;
    if (ofBetween) between -= 1;
    const clause =
      (CLAUSES.has(word) && last !== "DISTINCT") ||
      (["GROUP", "ORDER"].includes(word) && next === "BY") ||
      (["JOIN", "APPLY"].includes(word) && !SIDES.has(last)) ||
      (SIDES.has(word) && !SIDES.has(last) && ["JOIN", "APPLY", "OUTER"].includes(next)) ||
      (word === "SELECT" && ["ALL", "UNION", "EXCEPT", "INTERSECT"].includes(last)) ||
      (word === "SELECT" && all[near(at, -1)]?.text === ")" && queries.length === 0);
    const condition = (word === "AND" && !ofBetween) || word === "OR";
    if (inQuery && (clause || condition) && all[at - 1]?.kind === "blank") {
      text = `${text.trimEnd()}\n${"    ".repeat(level)}${condition ? "  " : ""}`;
    }
    if (token.text === ")") queries.pop();
    text += token.text;
  });
  return text;
}

/** A `code` element with a span for each token that has a colour. The text goes in as text, never as markup. */
export function highlighted(sql) {
  const code = document.createElement("code");
  const all = tokens(sql);
  all.forEach((token, at) => {
    let kind = token.kind;
    if (kind === "word") {
      const called = all[at + 1]?.text === "(";
      kind = KEYWORDS.has(token.text.toUpperCase()) ? "keyword" : called ? "function" : "name";
    }
    if (["blank", "sign", "name"].includes(kind)) {
      code.append(token.text);
      return;
    }
    const span = document.createElement("span");
    span.className = kind;
    span.textContent = token.text;
    code.append(span);
  });
  return code;
}
