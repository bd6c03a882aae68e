// What was measured: medians with their intervals, beside the limits where there are any.
import { choice, h, svg, table } from "../src/dom.js";
import { counted, status } from "../src/verdict.js";

const WIDTH = 300, HEIGHT = 20;

const figure = (value, unit) => (value === null ? "–" : unit === "times" ? value.toFixed(3) : value >= 1000 ? value.toLocaleString("en-US", { maximumFractionDigits: 0 }) : value.toLocaleString("en-US", { maximumFractionDigits: 1, minimumFractionDigits: Number.isInteger(value) ? 0 : 1 }));

// Ratios on a logarithmic scale around 1 that all rows share; a limit is a tick, and an arrow stands for what is beyond.
function plot(row, reach) {
  const x = ratio => (WIDTH * (Math.log(ratio) + reach)) / (2 * reach), within = value => Math.min(WIDTH, Math.max(0, value)), y = HEIGHT / 2;
  const at = x(row.median), low = row.low === null ? at : x(row.low), high = row.high === null ? (row.low === null ? at : WIDTH + 1) : x(row.high);
  const arrow = (edge, direction) => svg("path", { class: "arrow", d: `M${edge} ${y}l${-7 * direction} -5v10z` });
  return svg("svg", { class: "forest" + (row.limit && row.low > row.limit ? " up" : ""), width: WIDTH, height: HEIGHT, "aria-hidden": "true" },
    svg("path", { class: "one", d: `M${x(1)} 0V${HEIGHT}` }),
    ...(row.limit ? [svg("path", { class: "limit", d: `M${x(row.limit)} 3V${HEIGHT - 3}` })] : []),
    svg("path", { class: "interval", d: `M${within(low)} ${y}H${within(high)}` }),
    ...(low < 0 ? [arrow(0, -1)] : []), ...(high > WIDTH ? [arrow(WIDTH, 1)] : []),
    ...(at >= 0 && at <= WIDTH ? [svg("circle", { cx: at, cy: y, r: 3.5 })] : []));
}

// All limits have room, and all intervals unless a few wild ones leave the rest none.
function span(rows) {
  const distances = values => values.filter(value => value > 0 && Number.isFinite(value)).map(value => Math.abs(Math.log(value))).sort((a, b) => a - b);
  const ends = distances(rows.flatMap(row => [row.low ?? row.median, row.high ?? row.median])), limits = distances(rows.map(row => row.limit));
  const most = ends[ends.length - 1] ?? 0, usual = ends[Math.floor(0.9 * (ends.length - 1))] ?? 0;
  return 1.06 * Math.max(0.01, Math.min(most, 2 * usual), limits[limits.length - 1] ?? 0);
}

// The ratios that steps say in their notes: "add + free ...: 0.097 (limit 0.25; 99 % interval 0.096 to 0.099, 8 processes)".
const SAID = /^(.*): ([\d.]+) \(limit ([\d.]+); (\d+) % interval ([\d.]+) to ([\d.]+|inf), (\d+) processes/;
function ratiosOf(run) {
  return run.steps.flatMap(step => step.notes.map(note => note.match(SAID)).filter(Boolean).map(([, name, median, limit, , low, high, samples]) => ({
    name, step: step.name, unit: "times", median: Number(median), limit: Number(limit), low: Number(low), high: high === "inf" ? null : Number(high), samples: Number(samples) })));
}

// A call's case was judged with more than this interval: its verdict is the gate's. Of the rest the interval is told.
function judged(run, row) {
  const one = run.byName.get(`performance/latency/${row.name}`);
  if (one && row.limit) return status(one.status);
  if (!row.limit || row.low === null) return "";
  return row.high !== null && row.high <= row.limit ? "within" : row.low > row.limit ? "beyond" : "on both sides";
}

function columns(run, rows, first) {
  const ratios = rows.filter(row => row.unit === "times" && row.median > 0), reach = ratios.length ? span(ratios) : null;
  const limits = rows.some(row => row.limit);
  return [...first,
    { title: "Median", right: true, cell: row => figure(row.median, row.unit), key: row => row.median },
    { title: "Interval", right: true, cell: row => row.low === null ? "–" : `${figure(row.low, row.unit)} to ${row.high === null ? "∞" : figure(row.high, row.unit)}` },
    ...(limits ? [{ title: "Limit", right: true, cell: row => (row.limit ? String(row.limit) : "") }, { title: "Verdict", cell: row => judged(run, row) }] : []),
    { title: "Processes", right: true, cell: row => String(row.samples) },
    ...(reach ? [{ title: "Ratio, limit as a tick", class: "plot", cell: row => (row.unit === "times" && row.median > 0 ? plot(row, reach) : "") }] : [])];
}

export function measurements(run, query) {
  const ratios = ratiosOf(run), nodes = [h("h2", {}, "Measurements")];
  if (ratios.length) nodes.push(h("h3", {}, "Ratios of the steps"), table("Ratios of the steps", columns(run, ratios, [
    { title: "Step", cell: row => row.step }, { title: "What", class: "wide", cell: row => row.name }]), ratios));
  if (run.measurements.length === 0) {
    nodes.push(h("p", { class: "note" }, ratios.length ? "The step performance measured nothing." : "Nothing was measured."));
    return { nodes };
  }
  const kinds = [...new Set(run.measurements.map(row => `${row.side}, ${row.unit}`))];
  const place = h("div");
  const fill = kind => {
    const rows = run.measurements.filter(row => `${row.side}, ${row.unit}` === kind);
    place.replaceChildren(h("p", { class: "note" }, `${counted(rows.length, "measurement")}; intervals hold the median with 99 % confidence, each sample is a process of its own.`),
      table(`Measurements: ${kind}`, columns(run, rows, [
        { title: "Call", cell: row => row.name, key: row => row.name },
        { title: "Threads", right: true, cell: row => String(row.threads) }]), rows, { sort: { column: 2, down: true }, most: 100 }));
  };
  const kind = kinds.find(one => one === query.kind) ?? kinds.find(one => one === "cost, times") ?? kinds[0];
  nodes.push(h("h3", {}, "Calls"), h("div", { class: "controls" }, choice("What", kinds.map(one => [one, one]), kind, fill)), place);
  fill(kind);
  return { nodes };
}
