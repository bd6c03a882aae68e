// Every case, searched and filtered; what was asked for stands in the address.
import { choice, h, say } from "../src/dom.js";
import { STATUSES } from "./data.js";
import { counted, duration, number, status } from "../src/verdict.js";
import { address, detailsOf } from "./parts.js";

const STEP = 100;

const SORTS = {
  order: ["as they ran", () => 0],
  name: ["by name", (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)],
  seconds: ["slowest first", (a, b) => b.seconds - a.seconds],
};

function matches(one, query, words) {
  const is = (key, value) => !query[key] || query[key] === value;
  return is("suite", one.suite) && is("step", one.step) && (!query.fn || (query.fn === "(none)" ? !one.fn : query.fn === one.fn)) &&
    is("device", one.device) && (!query.capability || query.capability === one.capability) && (!query.promise || one.promises.includes(query.promise)) &&
    (!query.status || (query.status === "not passed" ? one.failed : query.status === one.status)) &&
    words.every(word => one.name.toLowerCase().includes(word) || one.message.toLowerCase().includes(word));
}

function row(run, one, open) {
  const id = `case${one.i}`;
  const details = h("tr", { class: "details", id, hidden: !open }, h("td", { colspan: "5" }));
  let filled = false;
  const show = shown => {
    details.hidden = !shown;
    button.setAttribute("aria-expanded", shown);
    if (shown && !filled) { details.firstChild.append(h("div", { class: "inside" }, detailsOf(run, one))); filled = true; }
  };
  const button = h("button", { class: "name", "aria-expanded": "false", "aria-controls": id, onclick: () => show(details.hidden) }, one.name);
  if (open) show(true);
  return [h("tr", {}, h("th", { scope: "row", class: "wide" }, button), h("td", {}, status(one.status)),
    h("td", {}, one.fn ? h("a", { href: address("matrix", { fn: one.fn }) }, one.fn) : ""), h("td", {}, one.promises.length > 6 ? `${one.promises.slice(0, 6).join(" ")} …` : one.promises.join(" ")),
    h("td", { class: "right" }, duration(one.seconds))), details];
}

export function cases(run, query) {
  const body = h("tbody"), found = h("p", { class: "note", role: "status" }), more = h("p", { class: "more" });
  let rows = [], shown = 0;
  const grow = () => {
    body.append(...rows.slice(shown, shown + STEP).flatMap(one => row(run, one, one.name === query.open)));
    shown = Math.min(rows.length, shown + STEP);
    more.replaceChildren(...(shown < rows.length ? [`${number(shown)} of ${number(rows.length)} shown. `, h("button", { onclick: grow }, `Show ${Math.min(STEP, rows.length - shown)} more`)] : []));
  };
  const fill = () => {
    const words = (query.q ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    rows = run.cases.filter(one => (query.open ? one.name === query.open : true) && matches(one, query, words));
    rows = SORTS[query.sort] ? [...rows].sort(SORTS[query.sort][1]) : rows;
    shown = 0;
    body.replaceChildren();
    found.textContent = `${counted(rows.length, "case")}${rows.length < run.cases.length ? ` of ${number(run.cases.length)}` : ""}`;
    clear.disabled = Object.values(query).every(value => !value);
    grow();
  };
  const set = (key, value) => {
    query[key] = value;
    delete query.open;
    history.replaceState(null, "", address("cases", query));
    fill();
  };
  const picked = (label, key, values, all) => choice(label, [["", all], ...values.map(value => (Array.isArray(value) ? value : [value, value]))], query[key] ?? "", value => set(key, value));
  const present = key => [...new Set(run.cases.map(one => one[key]))].filter(Boolean).sort();
  const statuses = STATUSES.filter(one => run.cases.some(c => c.status === one));
  const ids = [...run.promises.keys(), ...run.defects.keys()].filter(id => run.cases.some(one => one.promises.includes(id)));
  const search = h("input", { type: "search", id: "search", placeholder: "name or message", value: query.q ?? "", autocomplete: "off", spellcheck: "false",
    oninput: event => set("q", event.target.value) });
  const clear = h("button", { onclick: () => { location.hash = address("cases"); say("All cases"); } }, "Show all");
  const controls = h("div", { class: "controls", role: "search", "aria-label": "Cases" },
    h("span", { class: "choice" }, h("label", { for: "search" }, "Search"), search),
    picked("Status", "status", [...(run.groups.length ? ["not passed"] : []), ...statuses], "any"),
    picked("Suite", "suite", present("suite"), "any"), picked("Step", "step", present("step"), "any"),
    picked("Function", "fn", [...present("fn"), ...(run.cases.some(one => !one.fn) ? ["(none)"] : [])], "any"), picked("Promise", "promise", ids, "any"),
    present("device").length ? picked("Ran on", "device", present("device"), "any device") : "",
    present("capability").length ? picked("Lacks", "capability", present("capability"), "anything") : "",
    choice("Order", Object.entries(SORTS).map(([key, [title]]) => [key, title]), query.sort || "order", value => set("sort", value)), clear);
  fill();
  return { nodes: [h("h2", {}, "Cases"), controls, found,
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Cases" },
      h("table", { class: "cases" }, h("caption", {}, "Cases"),
        h("thead", {}, h("tr", {}, ["Case", "Status", "Function", "Promises"].map(title => h("th", { scope: "col" }, title)), h("th", { scope: "col", class: "right" }, "Took"))), body)), more] };
}
