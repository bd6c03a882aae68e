// What changed since the baseline, and how far the latest run can be believed.
import { day, h, minute, percent, probability, svg, table, times, verdict } from "../../../reports/page/src/dom.js";

const LATEST = 100;

function sparkline(series, call) {
  const width = 150, height = 28, first = Math.max(0, series.count - LATEST), points = [];
  for (let run = first; run < series.count; ++run) {
    const ratio = series.ratio(call, run);
    if (ratio !== null) points.push([run - first, Math.log(ratio)]);
  }
  if (!points.length) return "";
  const values = points.map(point => point[1]);
  const low = Math.min(-0.02, 1.15 * Math.min(...values)), high = Math.max(0.02, 1.15 * Math.max(...values));
  const x = i => 2 + (i * (width - 4)) / Math.max(1, series.count - first - 1), y = v => 2 + ((high - v) * (height - 4)) / (high - low);
  const dots = points.map(([i, v]) => `M${x(i).toFixed(1)} ${y(v).toFixed(1)}h0`).join("");
  const steps = series.levels(call).filter(level => level.to > first)
    .map(level => `M${x(Math.max(0, level.from - first)).toFixed(1)} ${y(Math.log(level.ratio)).toFixed(1)}H${x(level.to - first - 1).toFixed(1)}`).join("");
  return svg("svg", { class: "spark", width, height, "aria-hidden": "true" },
    svg("path", { class: "one", d: `M0 ${y(0).toFixed(1)}H${width}` }), svg("path", { class: "dots", d: dots }),
    svg("path", { class: "level", d: steps }));
}

const card = (title, value, note, extra = "") =>
  h("div", { class: "card " + extra }, h("h3", {}, title), h("p", { class: "value" }, value), h("p", { class: "note" }, note));

function cards({ history, series }) {
  const run = series.count - 1, runs = series.runs, count = {};
  history.calls.forEach((_, call) => { const name = history.decisions[series.code(call, run)]; count[name] = (count[name] ?? 0) + 1; });
  const nulls = runs.null[run], detectable = runs.detectable[run], measured = history.calls.length - (count["not in this run"] ?? 0);
  const recent = series.changes.flat().filter(change => change.run >= series.count - 50);
  return [
    card("Latest run", series.name(run), `${minute(runs.at[run])} UTC${runs.subject[run] ? " · " + runs.subject[run] : ""}`),
    card("Slower than the baseline", `${count.regressed ?? 0} of ${measured}`, `${count.improved ?? 0} faster, ${count.inconclusive ?? 0} inconclusive, ${count.pass ?? 0} pass`, count.regressed ? "slower" : ""),
    runs.state[run] ? card("State", "not to be believed", runs.state[run], "slower")
      : card("Null", nulls ? percent(nulls[1], 2) : "–", nulls ? `the baseline against its own copy; nine in ten calls within ${percent(nulls[0])} to ${percent(nulls[2])}` : "not measured"),
    card("Detectable effect", detectable ? percent(1 + detectable[0]) : "–", detectable ? `is told from the margin of ${percent(1 + history.margin, 0)} in half of the calls, ${percent(1 + detectable[1])} in nine of ten` : "not measured"),
    card("Power", series.power ? `${(100 * series.power[1][1]).toFixed(0)} %` : "–", series.power ? `of the calls would be called slower if they were by ${percent(1 + series.power[1][0], 0)}; ${series.power.filter((_, i) => i !== 1).map(([slowdown, part]) => `${(100 * part).toFixed(0)} % by ${percent(1 + slowdown, 0)}`).join(", ")}` : "not measured"),
    card("Change points", String(recent.length), `in the latest ${Math.min(50, series.count)} of ${series.count.toLocaleString("en")} runs`),
  ];
}

export function overview(view) {
  const { history, series, address } = view, last = series.count - 1;
  const level = call => series.levels(call).at(-1)?.ratio ?? null;
  const away = history.calls.map((call, i) => ({ ...call, i, level: level(i), change: series.changes[i].at(-1) }))
    .filter(row => row.level !== null && (Math.abs(row.level - 1) >= history.margin || ["regressed", "improved"].includes(history.decisions[series.code(row.i, last)])))
    .sort((a, b) => Math.abs(Math.log(b.level)) - Math.abs(Math.log(a.level)));
  const changes = series.changes.flat().sort((a, b) => b.run - a.run);
  const link = call => h("a", { href: address("call", history.calls[call].name) }, history.calls[call].name);
  const since = change => change ? `${day(series.runs.at[change.run])} · ${series.name(change.run)}` : "always";
  return { nodes: [
    h("h2", {}, "Overview"),
    h("div", { class: "cards" }, cards(view)),
    series.warning ? h("p", { class: "warning", role: "note" }, h("strong", {}, "Verdicts lean one way. "), series.warning[0].toUpperCase() + series.warning.slice(1), ".") : "",
    h("h2", {}, `What changed since ${series.baseline || "the baseline"}`),
    h("p", { class: "note" }, `Calls whose level is away from the baseline's by ${percent(1 + history.margin, 0)} or more, or that the latest run found changed. The level is the median since the last change point.`),
    away.length ? table("Changed calls", [
      { title: "Call", cell: row => link(row.i), key: row => row.name },
      { title: "Level", right: true, cell: row => h("span", { class: row.level > 1 ? "up" : "down" }, percent(row.level)), key: row => row.level },
      { title: "Latest run", right: true, cell: row => times(series.ratio(row.i, last)), key: row => series.ratio(row.i, last) ?? 0 },
      { title: "Verdict", cell: row => verdict(history.decisions[series.code(row.i, last)]), key: row => series.code(row.i, last) },
      { title: "Since", cell: row => since(row.change), key: row => row.change?.run ?? -1 },
      { title: `Latest ${Math.min(LATEST, series.count)} runs`, cell: row => sparkline(series, row.i) },
    ], away, { most: 30 }) : h("p", {}, "Nothing."),
    h("h2", {}, "Latest change points"),
    changes.length ? table("Change points, the latest first", [
      { title: "Run", cell: change => h("a", { href: address("comparison", series.name(change.run)) }, series.name(change.run)), key: change => change.run },
      { title: "At", cell: change => day(series.runs.at[change.run]), key: change => change.run },
      { title: "Call", cell: change => link(change.call), key: change => history.calls[change.call].name },
      { title: "Change", right: true, cell: change => h("span", { class: change.after > change.before ? "up" : "down" }, percent(change.after / change.before)), key: change => change.after / change.before },
      { title: "Was", right: true, cell: change => times(change.before), key: change => change.before },
      { title: "Is", right: true, cell: change => times(change.after), key: change => change.after },
      { title: "p", right: true, cell: change => probability(change.p), key: change => change.p },
      { title: "Subject", class: "subject", cell: change => series.runs.subject[change.run] },
    ], changes, { most: 15 }) : h("p", {}, "None."),
  ] };
}
