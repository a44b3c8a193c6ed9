"use strict";
const cases = JSON.parse(document.getElementById("data").textContent);
const form = document.getElementById("filters");
const list = document.getElementById("list");
const more = document.getElementById("more");
const PAGE = 100;
let found = [];
let drawn = 0;

function make(tag, style, text) {
  const element = document.createElement(tag);
  if (style) element.className = style;
  if (text !== undefined) element.textContent = text;
  return element;
}

function pretty(body) {
  try {
    const value = JSON.parse(body);
    return value !== null && typeof value === "object" ? JSON.stringify(value, null, 2) : body;
  } catch { return body; }
}

function shownEvent(event, judged) {
  if (typeof event === "string") return make("p", "soft", event);
  const box = make("pre", judged ? "judged" : "");
  const lines = judged ? ["the exchange that was judged"] : [];
  lines.push("> " + event.curl);
  if (event.status !== null) lines.push("< " + event.status + "  (" + event.millis + " ms)");
  for (const header of event.headers) lines.push("< " + header);
  // Digits that a number of the browser would round stay as they came.
  if (event.body) lines.push(/\d{16}/.test(event.body) ? event.body : pretty(event.body));
  if (event.trouble) lines.push("! " + event.trouble);
  box.textContent = lines.join("\n");
  return box;
}

function fill(box, one) {
  if (one.about) box.append(make("p", "", one.about));
  if (one.message) box.append(make("p", "", one.message));
  if (one.waived) box.append(make("p", "", "Waived: " + one.waived));
  const judged = new Set();
  for (const finding of one.findings) {
    if (finding.exchange !== null) judged.add(finding.exchange);
    const shown = make("div", "finding " + finding.level);
    shown.append(make("strong", "id", finding.requirement));
    const parts = make("dl");
    for (const name of ["expected", "found", "place"]) {
      parts.append(make("dt", "", name), make("dd", "", finding[name]));
    }
    shown.append(parts);
    box.append(shown);
  }
  box.append(make("p", "soft", [one.place, one.requests + " requests", one.seconds + " s", one.requirements.join(" ")].filter(Boolean).join(", ")));
  if (one.cut) box.append(make("p", "soft", one.cut));
  if (one.events.length) {
    const fold = make("details");
    fold.append(make("summary", "", "Transcript"));
    fold.addEventListener("toggle", () => {
      if (fold.childElementCount === 1) one.events.forEach((event, at) => fold.append(shownEvent(event, judged.has(at))));
    });
    box.append(fold);
  }
}

function draw(one) {
  const item = make("details", "case");
  item.id = "case/" + one.name;
  const summary = make("summary");
  summary.append(make("span", "verdict " + one.verdict, one.verdict + (one.waived ? ", waived" : "")), make("span", "name", one.name));
  const link = make("a", "soft wide", "link");
  link.href = "#case/" + encodeURIComponent(one.name);
  link.setAttribute("aria-label", "Link to " + one.name);
  item.append(summary);
  item.addEventListener("toggle", () => {
    if (item.childElementCount > 1) return;
    const box = make("div", "inside");
    fill(box, one);
    box.append(link);
    item.append(box);
  });
  return item;
}

function chapterOf(id) {
  return id.replace(/\/.*$/, "").replace(/^Q-/, "").replace(/-[^-]*$/, "");
}

function next() {
  list.append(...found.slice(drawn, drawn + PAGE).map(draw));
  drawn = Math.min(drawn + PAGE, found.length);
  more.hidden = drawn >= found.length;
}

function show() {
  const wanted = new FormData(form);
  const verdicts = new Set(wanted.getAll("verdict"));
  const [chapter, requirement] = [wanted.get("chapter"), wanted.get("requirement")];
  const words = wanted.get("text").toLowerCase().split(/\s+/).filter(Boolean);
  found = cases.filter((one) => verdicts.has(one.verdict)
    && (!chapter || one.requirements.some((id) => chapterOf(id) === chapter))
    && (!requirement || one.requirements.some((id) => id === requirement || id.startsWith(requirement + "/")))
    && words.every((word) => one.text.includes(word)));
  list.replaceChildren();
  drawn = 0;
  next();
  document.getElementById("shown").textContent = found.length + " of " + cases.length + " cases";
}

function follow() {
  let name;
  try { name = decodeURIComponent(location.hash.slice(1)); } catch { return; }
  if (!name.startsWith("case/")) return;
  if (!found.some((one) => "case/" + one.name === name)) { form.reset(); show(); }
  while (!document.getElementById(name) && !more.hidden) next();
  const item = document.getElementById(name);
  if (!item) return;
  item.open = true;
  item.scrollIntoView();
  item.querySelector("summary").focus();
}

for (const one of cases) {
  one.text = [one.name, one.message, one.about, ...one.requirements, ...one.findings.flatMap((f) => [f.expected, f.found])].join(" ").toLowerCase();
}
form.addEventListener("input", show);
form.addEventListener("submit", (event) => event.preventDefault());
more.addEventListener("click", next);
addEventListener("hashchange", follow);
show();
// When it has loaded, a browser goes to the anchor by itself, and takes the focus away again.
addEventListener("load", () => setTimeout(follow));
