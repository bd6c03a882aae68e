// Functions by promises: how many cases check what, and how they ended. A cell leads to its cases.
import { choice, h, say } from "../src/dom.js";
import { promiseText } from "./data.js";
import { counted, tone } from "../src/verdict.js";
import { address } from "./parts.js";

function cellsOf(run) {
  const rows = new Map();
  for (const one of run.cases) {
    const fn = one.fn || "(none)";
    if (!rows.has(fn)) rows.set(fn, new Map());
    const row = rows.get(fn);
    for (const id of one.promises) {
      const cell = row.get(id) ?? { all: 0, failed: 0, unsure: 0, passed: 0 };
      ++cell.all;
      cell.failed += one.failed;
      cell.unsure += one.status === "inconclusive" || one.status === "waived" || one.status === "known";
      cell.passed += one.status === "pass";
      row.set(id, cell);
    }
  }
  return rows;
}

const toneOf = cell => (cell.failed ? "bad" : cell.unsure ? "unsure" : cell.passed ? "good" : "calm");
const textOf = cell => (cell.failed ? `${cell.failed}/${cell.all}` : String(cell.all));
function saidOf(fn, id, cell) {
  const rest = cell.all - cell.failed - cell.passed - cell.unsure;
  return `${fn}, ${id}: ${textOf(cell)}: ${[[cell.failed, "not passed"], [cell.unsure, "waived, known or inconclusive"], [cell.passed, "passed"], [rest, "skipped"]].filter(([n]) => n).map(([n, what]) => `${n} ${what}`).join(", ")}`;
}

// One cell takes part in the order of Tab; arrows go from there, over cells that are empty.
function keyed(body, event) {
  const steps = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
  const link = event.target.closest("a.cell");
  if (!steps || !link) return;
  event.preventDefault();
  const rows = [...body.rows];
  let y = rows.indexOf(link.closest("tr")), x = link.closest("td").cellIndex;
  for (;;) {
    y += steps[0];
    x += steps[1];
    const next = rows[y]?.cells[x];
    if (!next || next.tagName === "TH") return;
    const target = next.querySelector("a.cell");
    if (!target) continue;
    link.tabIndex = -1;
    target.tabIndex = 0;
    target.focus();
    say(target.getAttribute("aria-label"));
    return;
  }
}

export function matrix(run, query) {
  const cells = cellsOf(run), ids = [...run.promises.keys(), ...run.defects.keys()].filter(id => [...cells.values()].some(row => row.has(id)));
  const order = [...run.functions.keys(), ...[...cells.keys()].filter(fn => !run.functions.has(fn)).sort()].filter(fn => cells.has(fn) && cells.get(fn).size > 0);
  const categories = [...new Set(order.map(fn => run.functions.get(fn)).filter(Boolean))];
  const readout = h("p", { class: "readout note" }, "A number is how many cases of the function check the promise; a cell leads to them.");
  const body = h("tbody", { onkeydown: event => keyed(body, event), onfocusin: event => tell(event), onmouseover: event => tell(event) });
  const tell = event => {
    const link = event.target.closest("a.cell");
    if (link) readout.textContent = `${link.getAttribute("aria-label")} (${promiseText(run, link.dataset.id)})`;
  };
  const note = h("p", { class: "more" });
  const fill = () => {
    const rows = order.filter(fn => (!query.category || run.functions.get(fn) === query.category) && (!query.fn || query.fn === fn) &&
      (query.only !== "failed" || [...cells.get(fn).values()].some(cell => cell.failed)));
    body.replaceChildren(...rows.map(fn => h("tr", {}, h("th", { scope: "row" }, h("a", { href: address("cases", { fn }) }, fn === "(none)" ? "(the whole library)" : fn)),
      ids.map(id => {
        const cell = cells.get(fn).get(id);
        return h("td", {}, cell ? h("a", { class: "cell " + toneOf(cell), tabindex: "-1", href: address("cases", { fn, promise: id }), "aria-label": saidOf(fn, id, cell), "data-id": id }, textOf(cell)) : "");
      }))));
    const first = body.querySelector("a.cell");
    if (first) first.tabIndex = 0;
    note.textContent = `${counted(rows.length, "function")}, ${counted(ids.length, "promise")}`;
  };
  const set = (key, value) => {
    query[key] = value;
    history.replaceState(null, "", address("matrix", query));
    fill();
  };
  fill();
  return { nodes: [h("h2", {}, "Functions and promises"),
    h("div", { class: "controls" },
      choice("Category", [["", "all"], ...categories.map(one => [one, one])], query.category ?? "", value => set("category", value)),
      choice("Function", [["", "all"], ...order.map(fn => [fn, fn === "(none)" ? "(the whole library)" : fn])], query.fn ?? "", value => set("fn", value)),
      choice("Show", [["", "all"], ["failed", "only with a failure"]], query.only ?? "", value => set("only", value)),
      h("span", { class: "legend" }, [["good", "passed"], ["bad", "not passed, of all"], ["unsure", "waived, known, inconclusive"], ["calm", "skipped"]].flatMap(([name, what]) => [h("span", { class: "cell " + name, "aria-hidden": "true" }, "1"), ` ${what} `]))),
    readout,
    h("div", { class: "scroll grid", tabindex: "0", role: "region", "aria-label": "Functions and promises" },
      h("table", { class: "matrix" }, h("caption", {}, "Cases by function and promise"),
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Function"), ids.map(id => h("th", { scope: "col" }, h("abbr", { title: promiseText(run, id) }, id))))), body)), note] };
}
