// A function's history: each run a dot, the level between change points a line.
import { axis, dots, draw, steps } from "./chart.js";
import { alternative, choice, css, day, h, minute, percent, probability, say, table, times, verdict } from "../../../reports/page/src/dom.js";

const HEIGHT = 380;

// Where most of the dots are: a wild run is told by its number, and shown on request.
function usualRange(values, margin) {
  const sorted = values.filter(value => value !== null).sort((a, b) => a - b);
  const at = part => sorted[Math.round(part * (sorted.length - 1))] ?? 1;
  const low = Math.min(at(0.01), 1 - 2 * margin), high = Math.max(at(0.99), 1 + 2 * margin), room = (high - low) * 0.08;
  return [low - room, high + room];
}

function picker({ history, address }, call) {
  const go = i => { location.hash = address("call", history.calls[(i + history.calls.length) % history.calls.length].name); };
  return h("div", { class: "controls" },
    choice("Call", history.calls.map((one, i) => [i, one.name]), call, value => go(Number(value))),
    h("button", { onclick: () => go(call - 1) }, "Previous"), h("button", { onclick: () => go(call + 1) }, "Next"));
}

function chart({ history, series }, call, state) {
  const ratios = Array.from({ length: series.count }, (_, run) => series.ratio(call, run));
  const level = new Array(series.count).fill(null);
  for (const { from, to, ratio } of series.levels(call)) level.fill(ratio, from, to);
  const x = state.byTime ? series.times : ratios.map((_, run) => run);
  const range = state.everything ? null : usualRange(ratios, history.margin);
  const outside = range ? ratios.filter(ratio => ratio !== null && (ratio < range[0] || ratio > range[1])).length : 0;
  const few = series.count <= 300;
  const options = {
    scales: { x: { time: state.byTime }, y: range ? { range: () => range } : {} },
    legend: { show: false },
    cursor: { y: false, points: { show: false } },
    axes: [axis({ space: 90, size: state.byTime ? 46 : 30, values: state.byTime ? undefined : (_, splits) => splits.map(run => Number.isInteger(run) && series.runs.at[run] ? day(series.runs.at[run]) : "") }),
           axis({ size: 64, values: (_, splits) => splits.map(value => percent(value, Math.abs(splits[1] - splits[0]) < 0.0099 ? 1 : 0)) })],
    series: [{}, dots(css("--dot"), few ? 5 : 3), steps(css("--accent"))],
    hooks: {
      drawClear: [plot => {
        const { ctx, bbox } = plot, y = value => plot.valToPos(value, "y", true);
        ctx.save();
        ctx.beginPath();
        ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
        ctx.clip();
        ctx.fillStyle = css("--band");
        ctx.fillRect(bbox.left, y(1 + history.margin), bbox.width, y(1 - history.margin) - y(1 + history.margin));
        ctx.restore();
      }],
      draw: [plot => {
        const { ctx, bbox } = plot;
        ctx.save();
        ctx.setLineDash([4, 4]);
        ctx.lineWidth = devicePixelRatio;
        for (const change of series.changes[call]) {
          const at = plot.valToPos(x[change.run], "x", true);
          if (at < bbox.left || at > bbox.left + bbox.width) continue;
          ctx.strokeStyle = css(change.after > change.before ? "--up" : "--down");
          ctx.beginPath();
          ctx.moveTo(at, bbox.top);
          ctx.lineTo(at, bbox.top + bbox.height);
          ctx.stroke();
        }
        ctx.restore();
      }],
      setCursor: [plot => { if (plot.cursor.idx !== null && plot.cursor.idx !== undefined) state.look(plot.cursor.idx); }],
    },
  };
  return { options, data: [x, ratios, level], outside };
}

export function callView(view) {
  const { history, series, what, address } = view;
  const found = history.calls.findIndex(call => call.name === what), call = found < 0 ? 0 : found;
  const host = h("div", { class: "chart", tabindex: "0", role: "group", "aria-label": `Ratio of ${history.calls[call].name} in each run; arrow keys go through the runs, the tables below have the same` });
  const readout = h("p", { class: "readout" }), note = h("p", { class: "note" });
  const state = { byTime: false, everything: false, at: series.count - 1, look: () => {} };
  const told = run => `${minute(series.runs.at[run])} ${series.name(run)}: ${times(series.ratio(call, run))}, ${history.decisions[series.code(call, run)]}`;
  state.look = run => {
    state.at = run;
    readout.replaceChildren(h("span", { class: "mono" }, minute(series.runs.at[run])), " ", h("a", { href: address("comparison", series.name(run)) }, series.name(run)),
      " ", h("strong", {}, times(series.ratio(call, run))), " ", verdict(history.decisions[series.code(call, run)]), " ", series.runs.subject[run]);
  };
  let drawn = null;
  const redraw = () => {
    drawn?.end();
    const { options, data, outside } = chart(view, call, state);
    drawn = draw(host, HEIGHT, options, data);
    note.replaceChildren(`The band is the margin of ±${(history.margin * 100).toFixed(0)} %. Drag to zoom, double-click to see all. `,
      outside ? `${outside} of ${series.count.toLocaleString("en")} runs lie outside. ` : "",
      outside || state.everything ? h("button", { onclick: () => { state.everything = !state.everything; redraw(); } }, state.everything ? "Show the usual range" : "Show them") : "");
  };
  const zoom = last => {
    const x = drawn.plot.data[0];
    drawn.plot.setScale("x", { min: x[Math.max(0, x.length - last)], max: x[x.length - 1] });
  };
  host.addEventListener("keydown", event => {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -20, PageDown: 20, Home: -series.count, End: series.count }[event.key];
    if (!step) return;
    event.preventDefault();
    state.at = Math.min(series.count - 1, Math.max(0, state.at + step));
    drawn.plot.setCursor({ left: drawn.plot.valToPos(drawn.plot.data[0][state.at], "x"), top: 0 });
    state.look(state.at);
    say(told(state.at));
  });
  state.look(state.at);
  const changes = series.changes[call];
  return {
    nodes: [
      h("h2", {}, history.calls[call].name), picker(view, call),
      h("div", { class: "controls" },
        h("button", { onclick: () => zoom(series.count) }, "All runs"),
        [1000, 100].filter(last => last < series.count).map(last => h("button", { onclick: () => zoom(last) }, `Latest ${last.toLocaleString("en")}`)),
        choice("Runs are placed", [["run", "one by one"], ["time", "by time"]], "run", value => { state.byTime = value === "time"; redraw(); })),
      host, readout, note,
      h("h3", {}, "Change points"),
      changes.length ? table(`Change points of ${history.calls[call].name}`, [
        { title: "Run", cell: change => h("a", { href: address("comparison", series.name(change.run)) }, series.name(change.run)) },
        { title: "At", cell: change => day(series.runs.at[change.run]), key: change => change.run },
        { title: "Change", right: true, cell: change => h("span", { class: change.after > change.before ? "up" : "down" }, percent(change.after / change.before)), key: change => change.after / change.before },
        { title: "Was", right: true, cell: change => times(change.before), key: change => change.before },
        { title: "Is", right: true, cell: change => times(change.after), key: change => change.after },
        { title: "p", right: true, cell: change => probability(change.p), key: change => change.p },
        { title: "Subject", class: "subject", cell: change => series.runs.subject[change.run] },
      ], changes) : h("p", {}, "None: the level stayed as it was."),
      alternative("All runs as a table", () => table(`Runs of ${history.calls[call].name}, the latest first`, [
        { title: "Run", cell: run => series.name(run), key: run => run },
        { title: "At", cell: run => minute(series.runs.at[run]), key: run => run },
        { title: "Ratio", right: true, cell: run => times(series.ratio(call, run)), key: run => series.ratio(call, run) ?? 0 },
        { title: "Verdict", cell: run => verdict(history.decisions[series.code(call, run)]), key: run => series.code(call, run) },
        { title: "Subject", class: "subject", cell: run => series.runs.subject[run] },
      ], Array.from({ length: series.count }, (_, i) => series.count - 1 - i))),
    ],
    shown: () => { redraw(); return () => drawn.end(); },
  };
}
