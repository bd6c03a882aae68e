// Functions by dtype and device: what a call of each did, as the cases saw it. A cell leads to the function's cases.
import { choice, h } from "../src/dom.js";
import { counted } from "../src/verdict.js";
import { address } from "./parts.js";

const TONES = { present: "good", failing: "bad", missing: "calm", "not tried": "calm" };
const SAID = { present: "present: it worked in cases that passed", missing: "missing: no symbol, or every call refused as the contract says", failing: "failing: a case of it did not pass", "not tried": "not tried" };

export function capabilities(run, query) {
  const columns = [...new Set(run.capabilities.filter(row => row.dtype).map(row => `${row.dtype} ${row.device}`))].sort();
  const rest = "no tensors";
  const rows = new Map();
  for (const row of run.capabilities) {
    if (!rows.has(row.function)) rows.set(row.function, new Map());
    rows.get(row.function).set(row.dtype ? `${row.dtype} ${row.device}` : rest, row);
  }
  const body = h("tbody"), note = h("p", { class: "more" });
  const cell = (fn, row) => h("td", {}, row ? h("a", { class: "cell " + TONES[row.state], href: address("cases", { fn: fn || "(none)" }), title: SAID[row.state] }, row.state) : "");
  const fill = () => {
    const shown = [...rows].filter(([, row]) => !query.state || [...row.values()].some(one => one.state === query.state));
    body.replaceChildren(...shown.map(([fn, row]) => h("tr", {}, h("th", { scope: "row" }, fn || "(the whole library)"), [...columns, rest].map(name => cell(fn, row.get(name))))));
    note.textContent = counted(shown.length, "function");
  };
  fill();
  return { nodes: [h("h2", {}, "What the candidate can do"),
    h("div", { class: "controls" }, choice("Show", [["", "all"], ...Object.keys(TONES).map(state => [state, state])], query.state ?? "", value => {
      query.state = value;
      history.replaceState(null, "", address("capabilities", query));
      fill();
    })),
    h("p", { class: "note" }, "By the dtype of a call, the highest of its value tensors, and where they were. ", Object.values(SAID).slice(0, 3).join("; "), "."),
    h("div", { class: "scroll grid", tabindex: "0", role: "region", "aria-label": "Functions by dtype and device" },
      h("table", { class: "matrix capabilities" }, h("caption", {}, "Functions by dtype and device"),
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Function"), [...columns, rest].map(name => h("th", { scope: "col" }, name)))), body)), note] };
}
