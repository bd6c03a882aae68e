// Instructions of a call by object, as a waterfall from the baseline's count to the candidate's.
import { choice, h, svg, table } from "../../../reports/page/src/dom.js";

const WIDTH = 420, HEIGHT = 20, LEAST = 1.5;

const count = value => value.toLocaleString("en", { maximumFractionDigits: 1 });
const signed = value => (value > 0 ? "+" : value < 0 ? "−" : "±") + count(Math.abs(value));
const total = objects => (objects ? Object.values(objects).reduce((sum, value) => sum + value, 0) : null);

// A line each: the baseline, what each object adds or takes, the candidate. Where there is no baseline, from nothing.
function steps([, candidate, baseline]) {
  const names = [...new Set([...Object.keys(baseline ?? {}), ...Object.keys(candidate ?? {})])];
  const lines = [{ name: "Baseline", was: total(baseline), is: null, from: 0, to: total(baseline) ?? 0, total: true }];
  let at = lines[0].to;
  for (const name of names) {
    const was = baseline?.[name] ?? 0, is = candidate?.[name] ?? 0;
    lines.push({ name, was: baseline ? was : null, is, from: at, to: at + is - was });
    at += is - was;
  }
  lines.push({ name: "Candidate", was: null, is: total(candidate), from: 0, to: at, total: true });
  return lines;
}

// What the plot spans. Changes are small beside the whole: it begins near the lowest of them, and bars that begin at nothing
// are broken off.
function span(lines, whole) {
  const ends = lines.filter(line => !line.total).flatMap(line => [line.from, line.to]), low = Math.min(...ends), high = Math.max(...ends);
  const room = Math.max((high - low) * 0.25, high * 0.002, 1);
  return { low: whole || low <= room ? 0 : low - room, high: high + room };
}

function plot(line, { low, high }) {
  const x = value => (WIDTH * (value - low)) / (high - low), left = x(Math.max(low, Math.min(line.from, line.to)));
  const side = line.total ? "total" : line.to > line.from ? "up" : line.to < line.from ? "down" : "same";
  return svg("svg", { class: "waterfall " + side, width: WIDTH, height: HEIGHT, "aria-hidden": "true" },
    svg("rect", { x: left, y: 3, width: Math.max(LEAST, x(Math.max(line.from, line.to)) - left), height: HEIGHT - 6 }),
    ...(line.total && low > 0 ? [svg("path", { class: "break", d: `M8 0l-5 ${HEIGHT / 2}l5 ${HEIGHT / 2}` })] : []),
    ...(line.total ? [] : [svg("path", { class: "level", d: `M${x(line.to)} 0V${HEIGHT}` })]));
}

function waterfall(call) {
  const lines = steps(call), range = span(lines, call[2] === null);
  return table(`Instructions of ${call[0]} by object`, [
    { title: "Object", cell: line => line.name },
    { title: "Baseline", right: true, cell: line => (line.was === null ? "" : count(line.was)) },
    { title: "Candidate", right: true, cell: line => (line.is === null ? "" : count(line.is)) },
    { title: "Change", right: true, cell: line => (line.total || line.was === null ? "" : h("span", { class: line.is > line.was ? "up" : line.is < line.was ? "down" : null }, signed(line.is - line.was))) },
    { title: "Waterfall", class: "plot", cell: line => plot(line, range) },
  ], lines);
}

export function instructionsView({ history, what, address }) {
  const { candidate, baseline, calls } = history.instructions;
  const change = call => (call[2] ? total(call[1]) - total(call[2]) : 0);
  const most = calls.reduce((best, call, i) => (Math.abs(change(call)) > Math.abs(change(calls[best])) ? i : best), 0);
  const named = calls.findIndex(call => call[0] === what), at = named < 0 ? most : named, place = h("div");
  const show = i => place.replaceChildren(waterfall(calls[i]));
  show(at);
  return { nodes: [
    h("h2", {}, "Instructions"),
    h("p", { class: "note" }, `Executed in one call, counted: ${candidate}${baseline ? ` beside ${baseline}` : ""}. Counts repeat on a busy machine, too; what is executed outside the library depends on which LibTorch and libc there are, and is told for information.`),
    h("div", { class: "controls" }, choice("Call", calls.map((call, i) => [i, call[0]]), at, value => { location.hash = address("instructions", calls[Number(value)][0]); })),
    h("h3", {}, calls[at][0]), place,
    calls[at][2] === null ? h("p", { class: "note" }, "Of the baseline only the library's own count is known: what the candidate executes where is shown from nothing.") : "",
    h("h3", {}, "All calls"),
    table("Instructions of all calls", [
      { title: "Call", cell: call => h("a", { href: address("instructions", call[0]) }, call[0]), key: call => call[0] },
      { title: "Baseline", right: true, cell: call => (call[2] ? count(total(call[2])) : "–"), key: call => total(call[2]) ?? 0 },
      { title: "Candidate", right: true, cell: call => count(total(call[1])), key: call => total(call[1]) },
      { title: "Change", right: true, cell: call => (call[2] ? h("span", { class: change(call) > 0 ? "up" : change(call) < 0 ? "down" : null }, signed(change(call))) : "–"), key: change },
      { title: "In the library", right: true, cell: call => (call[2] ? signed(call[1]["the library"] - call[2]["the library"]) : "–"), key: call => (call[2] ? call[1]["the library"] - call[2]["the library"] : 0) },
    ], calls, { sort: { column: 3, down: true }, most: 50 }),
  ] };
}
