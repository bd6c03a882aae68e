// One comparison as a forest plot: a call a line, its ratio a dot, its interval a bar. The plot is a column of a table.
import { choice, h, minute, percent, svg, table, times, verdict } from "../../../reports/page/src/dom.js";

const WIDTH = 340, HEIGHT = 20;

// What the plot spans: all intervals, unless a few wild ones leave the rest no room; at least twice the margin.
function span(rows, margin) {
  const reach = rows.filter(row => row.low !== null).map(row => Math.max(Math.abs(Math.log(row.low)), Math.abs(Math.log(row.high)))).sort((a, b) => a - b);
  const most = reach[reach.length - 1] ?? 0, usual = reach[Math.floor(0.95 * (reach.length - 1))] ?? 0;
  return Math.max(2 * margin, 1.08 * Math.min(most, 2 * usual));
}

function plot(row, reach, margin) {
  const x = ratio => (WIDTH * (Math.log(ratio) + reach)) / (2 * reach), within = value => Math.min(WIDTH, Math.max(0, value));
  const y = HEIGHT / 2, low = within(x(row.low)), high = within(x(row.high)), at = x(row.ratio);
  const side = row.verdict === "regressed" ? "up" : row.verdict === "improved" ? "down" : "same";
  const arrow = (edge, direction) => svg("path", { class: "arrow", d: `M${edge} ${y}l${-7 * direction} -5v10z` });
  return svg("svg", { class: "forest " + side, width: WIDTH, height: HEIGHT, "aria-hidden": "true" },
    svg("rect", { class: "band", x: x(1 - margin), y: 0, width: x(1 + margin) - x(1 - margin), height: HEIGHT }),
    svg("path", { class: "one", d: `M${x(1)} 0V${HEIGHT}` }),
    svg("path", { class: "interval", d: `M${low} ${y}H${high}` }),
    ...(x(row.low) < 0 ? [arrow(0, -1)] : []), ...(x(row.high) > WIDTH ? [arrow(WIDTH, 1)] : []),
    ...(at >= 0 && at <= WIDTH ? [svg("circle", { cx: at, cy: y, r: 3.5 })] : []));
}

function scale(reach) {
  const step = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2].find(width => (2 * reach) / width <= 7) ?? 5;
  const labels = [];
  for (let value = -Math.floor(reach / step) * step; value <= reach + 1e-9; value += step) {
    const x = (WIDTH * (Math.log1p(Math.max(-0.99, value)) + reach)) / (2 * reach);
    if (value > -0.99 && x > 18 && x < WIDTH - 18) {
      const text = svg("text", { x, y: 12, "text-anchor": "middle" });
      text.textContent = percent(1 + value, step < 0.01 ? 1 : 0);
      labels.push(text);
    }
  }
  return svg("svg", { class: "forest", width: WIDTH, height: 16, role: "img", "aria-label": `Ratio, from ${percent(Math.exp(-reach), 0)} to ${percent(Math.exp(reach), 0)}` }, ...labels);
}

export function comparisonView(view) {
  const { history, series, what, address } = view;
  let run = series.count - 1;
  for (let i = 0; i < series.count; ++i) if (series.name(i) === what) run = i;
  const options = [];
  for (let i = series.count - 1; i >= 0 && (options.length < 200 || i >= run); --i) options.push([i, `${minute(series.runs.at[i])} · ${series.name(i)}`]);
  const rows = history.calls.map((call, i) => {
    const ratio = series.ratio(i, run), [low, high] = series.hasInterval(run) && ratio !== null ? series.interval(i, run) : [ratio, ratio];
    return { ...call, i, ratio, low, high, verdict: history.decisions[series.code(i, run)] };
  }).filter(row => row.verdict !== "not in this run");
  const reach = span(rows, history.margin), place = h("div");
  let only = "all";
  const fill = () => {
    const shown = rows.filter(row => only === "all" || row.verdict !== "pass");
    place.replaceChildren(shown.length ? table(`Comparison ${series.name(run)}`, [
      { title: "Call", cell: row => h("a", { href: address("call", row.name) }, row.name), key: row => row.name },
      { title: "Verdict", cell: row => verdict(row.verdict), key: row => row.verdict },
      { title: "Ratio", right: true, cell: row => times(row.ratio), key: row => row.ratio ?? 0 },
      { title: "Interval", cell: row => series.hasInterval(run) && row.low !== null ? `${times(row.low)} to ${times(row.high)}` : "–" },
      { title: scale(reach), class: "plot", cell: row => (row.ratio === null ? "" : plot(row, reach, history.margin)) },
    ], shown, { sort: { column: 2, down: true }, most: 150 }) : h("p", {}, "Every call passes."));
  };
  fill();
  const go = i => { if (i >= 0 && i < series.count) location.hash = address("comparison", series.name(i)); };
  return { nodes: [
    h("h2", {}, `Comparison ${series.name(run)}`),
    h("p", {}, `${minute(series.runs.at[run])} UTC · LibTorch ${series.runs.version[run]}`, series.runs.subject[run] ? ` · ${series.runs.subject[run]}` : ""),
    series.runs.state[run] ? h("p", { class: "warning" }, series.runs.state[run]) : "",
    h("div", { class: "controls" },
      choice("Run", options, run, value => go(Number(value))),
      h("button", { onclick: () => go(run - 1), disabled: run === 0 }, "Earlier"),
      h("button", { onclick: () => go(run + 1), disabled: run === series.count - 1 }, "Later"),
      choice("Calls", [["all", "all"], ["rest", "all but what passes"]], only, value => { only = value; fill(); })),
    h("p", { class: "note" }, `The band is the margin of ±${(history.margin * 100).toFixed(0)} %. `,
      series.hasInterval(run) ? "An interval that reaches beyond the plot ends in an arrow." : `Intervals are kept in this page for the latest ${series.withIntervals} runs; of this one it has the ratios.`),
    place,
  ] };
}
