// Functions × runs: how far each call is from its baseline. Where there are more runs than columns, a column is their mean.
import { alternative, choice, css, day, h, percent, say, table, times } from "../../../reports/page/src/dom.js";

const ROW = 12, LABELS = 190, AXIS = 22, FULL = 0.05;  // a colour is full at ±5 %

const rgb = text => text.match(/[0-9a-f]{2}/gi).map(part => parseInt(part, 16));

function painter() {
  const up = rgb(css("--up")), down = rgb(css("--down")), same = rgb(css("--cell"));
  return log => {
    const part = Math.min(1, Math.abs(log) / FULL), to = log > 0 ? up : down;
    return same.map((from, i) => Math.round(from + (to[i] - from) * part));
  };
}

function columns(series, call, first, count) {
  const runs = series.count - first, sums = [];
  for (let column = 0; column < count; ++column) {
    const from = first + Math.floor((column * runs) / count), to = Math.max(from + 1, first + Math.floor(((column + 1) * runs) / count));
    let sum = 0, n = 0;
    for (let run = from; run < to; ++run) {
      const ratio = series.ratio(call, run);
      if (ratio !== null) { sum += Math.log(ratio); ++n; }
    }
    sums.push({ from, to, log: n ? sum / n : null });
  }
  return sums;
}

function legend() {
  const colour = painter(), steps = [];
  for (let i = -10; i <= 10; ++i) steps.push(`rgb(${colour((i / 10) * FULL)})`);
  const bar = h("span", { class: "ramp", "aria-hidden": "true" });
  bar.style.background = `linear-gradient(to right, ${steps})`;
  return h("p", { class: "note legend" }, "−5 % or faster ", bar, " +5 % or slower. What was not measured is left empty.");
}

export function mapView(view) {
  const { history, series, address } = view;
  const sizes = [...new Set(history.calls.map(call => call.size))].sort();
  const state = { size: sizes.includes("smallest") ? "smallest" : sizes[0], last: Math.min(series.count, 500), row: 0, column: 0 };
  const canvas = h("canvas", { tabindex: "0", role: "application", "aria-roledescription": "heat map", "aria-label": "Ratio of each call in each run. Arrow keys move, Enter opens the call; the table below has each call's levels." });
  const host = h("div", { class: "chart map" }, canvas), readout = h("p", { class: "readout" }, "Point at a cell, or go through them with the arrow keys.");
  let rows = [], cells = [], width = 0;

  const draw = () => {
    const scale = devicePixelRatio || 1, total = Math.max(320, host.clientWidth), labels = Math.min(LABELS, total * 0.4);
    rows = history.calls.map((call, i) => ({ ...call, i })).filter(call => call.size === state.size);
    const count = Math.max(1, Math.min(state.last, Math.floor(total - labels)));
    cells = rows.map(row => columns(series, row.i, series.count - state.last, count));
    width = (total - labels) / count;
    state.left = labels;
    const height = rows.length * ROW + AXIS;
    canvas.width = total * scale;
    canvas.height = height * scale;
    canvas.style.width = total + "px";
    canvas.style.height = height + "px";
    const context = canvas.getContext("2d"), colour = painter();
    context.scale(scale, scale);
    context.font = "11px system-ui, sans-serif";
    context.textBaseline = "middle";
    cells.forEach((row, y) => {
      context.fillStyle = css("--text");
      context.textAlign = "right";
      context.fillText(rows[y].fn, labels - 8, y * ROW + ROW / 2, labels - 10);
      row.forEach((cell, x) => {
        if (cell.log === null) return;
        context.fillStyle = `rgb(${colour(cell.log)})`;
        context.fillRect(labels + x * width, y * ROW, width + 0.5, ROW - 1);
      });
    });
    context.fillStyle = css("--muted");
    const dates = Math.max(2, Math.min(6, Math.floor((total - labels) / 110)));
    for (let i = 0; i < dates; ++i) {
      const part = i / (dates - 1), run = series.count - state.last + Math.round(part * (state.last - 1));
      context.textAlign = i === 0 ? "left" : i === dates - 1 ? "right" : "center";
      context.fillText(day(series.runs.at[run]), labels + part * (total - labels), rows.length * ROW + AXIS / 2);
    }
    if (state.marked) {
      context.strokeStyle = css("--text");
      context.lineWidth = 2;
      context.strokeRect(labels + state.column * width - 1, state.row * ROW - 1, Math.max(width, 4) + 2, ROW + 1);
    }
  };
  const look = aloud => {
    const cell = cells[state.row]?.[state.column];
    if (!cell) return;
    const runs = cell.to - cell.from > 1 ? `${cell.to - cell.from} runs from ${series.name(cell.from)}` : series.name(cell.from);
    const text = `${rows[state.row].name} · ${day(series.runs.at[cell.from])} · ${runs} · ${cell.log === null ? "not measured" : percent(Math.exp(cell.log))}`;
    readout.textContent = text;
    if (aloud) say(text);
  };
  const open = () => { location.hash = address("call", rows[state.row].name); };
  const point = event => {
    const row = Math.floor(event.offsetY / ROW), column = Math.floor((event.offsetX - state.left) / width);
    if (row < 0 || row >= rows.length) return false;
    Object.assign(state, { row, column: Math.min(cells[row].length - 1, Math.max(0, column)) });
    return true;
  };
  canvas.addEventListener("mousemove", event => { if (point(event)) look(false); });
  canvas.addEventListener("click", event => { if (point(event)) open(); });
  canvas.addEventListener("focus", () => { if (canvas.matches(":focus-visible")) { state.marked = true; draw(); look(true); } });
  canvas.addEventListener("blur", () => { state.marked = false; draw(); });
  canvas.addEventListener("keydown", event => {
    const move = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], Home: [0, -1e9], End: [0, 1e9], PageUp: [-10, 0], PageDown: [10, 0] }[event.key];
    if (event.key === "Enter") open();
    if (!move) return;
    event.preventDefault();
    state.marked = true;
    state.row = Math.min(rows.length - 1, Math.max(0, state.row + move[0]));
    state.column = Math.min(cells[0].length - 1, Math.max(0, state.column + move[1]));
    draw();
    look(true);
  });

  const place = h("div"), levels = () => place.replaceChildren(alternative("The calls' levels as a table", () => table("Levels of each call", [
    { title: "Call", cell: row => h("a", { href: address("call", row.name) }, row.name), key: row => row.name },
    { title: "First level", right: true, cell: row => times(row.levels[0]?.ratio ?? null), key: row => row.levels[0]?.ratio ?? 0 },
    { title: "Lowest", right: true, cell: row => times(row.lowest), key: row => row.lowest ?? 0 },
    { title: "Highest", right: true, cell: row => times(row.highest), key: row => row.highest ?? 0 },
    { title: "Latest level", right: true, cell: row => times(row.levels.at(-1)?.ratio ?? null), key: row => row.levels.at(-1)?.ratio ?? 0 },
    { title: "Change points", right: true, cell: row => String(row.levels.length ? row.levels.length - 1 : 0), key: row => row.levels.length },
  ], rows.map(row => {
    const found = series.levels(row.i), ratios = found.map(level => level.ratio);
    return { ...row, levels: found, lowest: ratios.length ? Math.min(...ratios) : null, highest: ratios.length ? Math.max(...ratios) : null };
  }), { most: 500 })));
  const lengths = [100, 500, 2000].filter(last => last < series.count).map(last => [last, `latest ${last.toLocaleString("en")}`]);
  return {
    nodes: [
      h("h2", {}, "Heat map"),
      h("div", { class: "controls" },
        choice("Runs", [...lengths, [series.count, `all ${series.count.toLocaleString("en")}`]], state.last, value => { state.last = Number(value); state.column = 0; draw(); }),
        choice("Calls", sizes.map(size => [size, size]), state.size, value => { state.size = value; state.row = 0; draw(); levels(); })),
      legend(), readout, host, place,
    ],
    shown: () => {
      draw();
      levels();
      const observer = new ResizeObserver(draw);
      observer.observe(host);
      return () => observer.disconnect();
    },
  };
}
