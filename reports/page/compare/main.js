// Two verdicts side by side: reports/changes_json.cpp wrote what stands here. Every text is shown as text, never as HTML.
import { h, table } from "../src/dom.js";
import { command, counted, duration, messageOf, number, status } from "../src/verdict.js";

const STEP = 20;
const changes = JSON.parse(document.getElementById("data").textContent);

const arrow = () => h("span", { class: "arrow", "aria-label": "became" }, " → ");
const both = (before, after) => [status(before ?? "not there"), arrow(), status(after ?? "not there")];
const codes = one => (one.code_before === one.code_after ? "" : h("span", { class: "count" }, ` code ${one.code_before ?? "none"} → ${one.code_after ?? "none"}`));

function banner() {
  const tone = changes.worse ? "bad" : "good";
  return h("section", { class: `banner ${tone}`, "aria-label": "Summary" }, h("h2", {}, !changes.worse ? "No new failure" : changes.new_failures.length ? "New failures" : "A step is newly broken"), h("p", {}, `${changes.summary}. ${counted(changes.same, "case")} ended as before.`));
}

function runs() {
  return table("The two verdicts", [
    { title: "Run", cell: row => row.letter },
    { title: "Verdict", class: "wide", cell: row => row.file },
    { title: "Outcome", cell: row => status(row.outcome) },
    { title: "Cases", right: true, cell: row => number(row.cases) },
    { title: "Not passed", right: true, cell: row => number(row.failed) },
    { title: "Started", cell: row => row.started.slice(0, 16).replace("T", " ") },
  ], [{ letter: "A", ...changes.before }, { letter: "B", ...changes.after }]);
}

// A list that grows: of thousands of cases the first stand there at once.
function growing(title, rows, row) {
  if (rows.length === 0) return [];
  const list = h("div"), more = h("p", { class: "more" });
  let shown = 0;
  const grow = () => {
    list.append(...rows.slice(shown, shown + STEP).map(row));
    shown = Math.min(rows.length, shown + STEP);
    more.replaceChildren(...(shown < rows.length ? [`${shown} of ${rows.length}. `, h("button", { onclick: grow }, `Show ${Math.min(STEP, rows.length - shown)} more`)] : []));
  };
  grow();
  return [h("h2", {}, `${title}: ${number(rows.length)}`), list, more];
}

const told = one => h("article", { class: "group" }, h("h3", {}, one.name, " ", h("span", { class: "count" }, both(one.before, one.after)), codes(one)),
  one.finding_before ? h("p", { class: "note" }, `was: ${one.finding_before}`) : "", one.message ? messageOf(one.message) : "", one.repro ? command(one.repro) : "");

const listed = (title, rows) => rows.length === 0 ? [] : [h("h2", {}, `${title}: ${number(rows.length)}`), table(title, [
  { title: "Case", class: "wide", cell: row => row.name, key: row => row.name },
  { title: "Change", cell: row => h("span", {}, both(row.before, row.after)), key: row => `${row.before} ${row.after}` },
  { title: "Function", cell: row => row.function, key: row => row.function },
], rows)];

const figure = (value, unit) => (unit === "times" ? value.toFixed(3) : value.toLocaleString("en-US", { maximumFractionDigits: 1 }));
const side = (one, unit) => figure(one.median, unit) + (one.low === null ? "" : ` (${figure(one.low, unit)} to ${figure(one.high, unit)})`);

function measurements() {
  const rows = changes.measurements;
  return rows.length === 0 ? [] : [h("h2", {}, "Measurements"), h("p", { class: "note" }, "Medians with their 99 % intervals. One has moved where the intervals do not overlap; runs on two machines, or on a busy one, differ for that alone."),
    table("Measurements", [
      { title: "Call", cell: row => row.name, key: row => row.name },
      { title: "Side", cell: row => row.side, key: row => row.side },
      { title: "A", right: true, cell: row => side(row.before, row.unit), key: row => row.before.median },
      { title: "B", right: true, cell: row => side(row.after, row.unit), key: row => row.after.median },
      { title: "Unit", cell: row => row.unit, key: row => row.unit },
      { title: "B over A", right: true, cell: row => (row.ratio === null ? "" : row.ratio.toFixed(3)), key: row => row.ratio ?? 0 },
      { title: "Moved", cell: row => (row.moved ? h("span", { class: "status unsure" }, "moved") : "") },
    ], rows, { most: 50 })];
}

const timed = (title, rows) => rows.length === 0 ? [] : [h("h2", {}, title), table(title, [
  { title: "What", cell: row => row.name },
  { title: "A", right: true, cell: row => duration(row.before) },
  { title: "B", right: true, cell: row => duration(row.after) },
  { title: "B over A", right: true, cell: row => (row.before > 0 ? (row.after / row.before).toFixed(2) : "") },
], rows)];

document.getElementById("main").replaceChildren(...[
  banner(), runs(),
  ...(changes.differs.length ? [h("h2", {}, "What differs between the runs"), table("What differs between the runs", [
    { title: "What", cell: row => row.name }, { title: "A", class: "wide", cell: row => row.before }, { title: "B", class: "wide", cell: row => row.after }], changes.differs)] : []),
  ...(changes.broken_steps.length ? [h("h2", {}, "Steps newly broken"), table("Steps newly broken", [
    { title: "Step", cell: row => row.name }, { title: "Change", cell: row => h("span", {}, both(row.before, row.after)) }], changes.broken_steps)] : []),
  ...growing("New failures", changes.new_failures, told),
  ...listed("Fixed", changes.fixed),
  ...listed("Other changes of status", changes.other_status),
  ...growing("Failed both times, with another error", changes.other_error, told),
  ...listed("Lost", changes.lost), ...listed("Added", changes.added),
  ...(changes.drifts.length ? [h("h2", {}, `At another distance from what is recorded: ${number(changes.drifts.length)}`),
    h("p", { class: "note" }, "Cases that pass both times: how far the furthest value is off, in thousandths of what is allowed there."),
    table("At another distance from what is recorded", [
      { title: "Case", class: "wide", cell: row => row.name, key: row => row.name },
      { title: "A", right: true, cell: row => number(row.before), key: row => row.before }, { title: "B", right: true, cell: row => number(row.after), key: row => row.after }], changes.drifts, { most: 50 })] : []),
  ...(changes.counts.length ? [h("h2", {}, `Counted otherwise: ${number(changes.counts.length)}`), table("Counted otherwise", [
    { title: "Case", class: "wide", cell: row => row.name, key: row => row.name }, { title: "Count", cell: row => row.what, key: row => row.what },
    { title: "A", right: true, cell: row => (row.before === null ? "" : number(row.before)) }, { title: "B", right: true, cell: row => (row.after === null ? "" : number(row.after)) }], changes.counts)] : []),
  ...measurements(), ...timed("Steps", changes.steps), ...timed("Suites", changes.suites),
]);
document.getElementById("nav").remove();
document.getElementById("footer").append(h("p", {}, "Written by ci/gate compare."));
document.documentElement.dataset.ready = "true";
