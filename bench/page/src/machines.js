// Each machine and baseline: how many runs, and how quiet they were.
import { axis, dots, draw } from "./chart.js";
import { alternative, css, day, h, minute, percent, table } from "../../../reports/page/src/dom.js";

const middle = values => values.filter(value => value !== null).sort((a, b) => a - b)[values.length >> 1] ?? null;

export function machinesView({ history, series, address }) {
  const rows = history.series.map((one, i) => ({
    one, i, effect: middle(one.runs.detectable.map(pair => pair && pair[0])), versions: [...new Set(one.runs.version)].join(", "),
  }));
  const host = h("div", { class: "chart", "aria-hidden": "true" }), runs = series.runs;
  const percentAxis = axis({ size: 64, values: (_, splits) => splits.map(value => percent(value, 1)) });
  let drawn = null;
  return {
    nodes: [
      h("h2", {}, "Machines"),
      h("p", { class: "note" }, "Runs are held against each other on one machine and against one baseline only. Newly slower: runs in which calls became slower than the baseline."),
      table("Machines and baselines", [
        { title: "Machine", cell: row => h("a", { href: address("overview", "", row.i) }, row.one.machine || "unnamed"), key: row => row.one.machine },
        { title: "Baseline", cell: row => row.one.baseline || "unnamed", key: row => row.one.baseline },
        { title: "Runs", right: true, cell: row => row.one.count.toLocaleString("en"), key: row => row.one.count },
        { title: "First", cell: row => day(row.one.runs.at[0]), key: row => row.one.runs.at[0] },
        { title: "Latest", cell: row => day(row.one.runs.at.at(-1)), key: row => row.one.runs.at.at(-1) },
        { title: "LibTorch", cell: row => row.versions, key: row => row.versions },
        { title: "Detectable effect", right: true, cell: row => (row.effect === null ? "–" : percent(1 + row.effect)), key: row => row.effect ?? 0 },
        { title: "Newly slower", right: true, cell: row => row.one.regressed.toLocaleString("en"), key: row => row.one.regressed },
        { title: "Newly faster", right: true, cell: row => row.one.improved.toLocaleString("en"), key: row => row.one.improved },
      ], rows),
      h("h3", {}, `The null of ${series.machine || "this machine"}, run by run`),
      h("p", { class: "note" }, "The baseline against its own copy: the median of all calls, and between which nine in ten lie. What leaves the middle here is the machine's doing."),
      host,
      alternative("The null as a table", () => table("Null of each run, the latest first", [
        { title: "Run", cell: run => series.name(run), key: run => run },
        { title: "At", cell: run => minute(runs.at[run]), key: run => run },
        { title: "From", right: true, cell: run => (runs.null[run] ? percent(runs.null[run][0], 2) : "–"), key: run => runs.null[run]?.[0] ?? 0 },
        { title: "Median", right: true, cell: run => (runs.null[run] ? percent(runs.null[run][1], 2) : "–"), key: run => runs.null[run]?.[1] ?? 0 },
        { title: "To", right: true, cell: run => (runs.null[run] ? percent(runs.null[run][2], 2) : "–"), key: run => runs.null[run]?.[2] ?? 0 },
        { title: "State", cell: run => runs.state[run] || "believed", key: run => runs.state[run] },
      ], Array.from({ length: series.count }, (_, i) => series.count - 1 - i))),
    ],
    shown: () => {
      const part = i => runs.null.map(triple => triple && triple[i]);
      drawn = draw(host, 260, {
        legend: { show: false }, cursor: { show: false },
        axes: [axis({ space: 90, size: 46 }), percentAxis],
        series: [{}, { stroke: css("--band-edge"), width: 1, points: { show: false } }, { stroke: css("--band-edge"), width: 1, points: { show: false } }, dots(css("--accent"), series.count > 300 ? 3 : 5)],
        bands: [{ series: [2, 1], fill: css("--band") }],
      }, [series.times, part(0), part(2), part(1)]);
      return () => drawn.end();
    },
  };
}
