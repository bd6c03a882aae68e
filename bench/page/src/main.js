// The page's views, chosen by what stands behind "#" in its address: #/call/add%2Fsmallest?series=0
import { load } from "./data.js";
import { choice, h, minute, say } from "../../../reports/page/src/dom.js";
import { callView } from "./call.js";
import { comparisonView } from "./comparison.js";
import { machinesView } from "./machines.js";
import { instructionsView } from "./instructions.js";
import { mapView } from "./map.js";
import { overview } from "./overview.js";

const history = load();
const VIEWS = [
  ["overview", "Overview", overview],
  ["call", "Function", callView],
  ["comparison", "Comparison", comparisonView],
  ["map", "Heat map", mapView],
  ...(history.instructions?.calls.length ? [["instructions", "Instructions", instructionsView]] : []),
  ["machines", "Machines", machinesView],
];
let leave = () => {};

export function address(view, what = "", series = current().series) {
  return `#/${view}${what === "" ? "" : "/" + encodeURIComponent(what)}?series=${series}`;
}

function current() {
  const [, view = "", what = "", query = ""] = location.hash.match(/^#\/([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/) ?? [];
  const series = Number(new URLSearchParams(query).get("series")) || 0;
  return { view: VIEWS.some(([name]) => name === view) ? view : "overview", what: decodeURIComponent(what),
           series: series < history.series.length ? series : 0 };
}

function show(moved) {
  const { view, what, series } = current();
  leave();
  leave = () => {};
  document.getElementById("nav").replaceChildren(...VIEWS.map(([name, title]) =>
    h("a", { href: address(name), "aria-current": name === view ? "page" : null }, title)));
  const titles = history.series.map((one, i) => [i, `baseline ${one.baseline || "unnamed"} · ${one.machine || "unnamed machine"}`]);
  document.getElementById("aside").replaceChildren(
    titles.length > 1 ? choice("Runs of", titles, series, value => { location.hash = address(view, what, value); })
                      : h("span", {}, titles[0]?.[1] ?? ""));
  const main = document.getElementById("main");
  if (!history.series.length) {
    main.replaceChildren(h("p", {}, "The history has no run yet: `perf_history add` puts the first one in."));
    return;
  }
  const [, title, make] = VIEWS.find(([name]) => name === view);
  document.title = `${title} · Performance history`;
  const made = make({ history, series: history.series[series], what, address });
  main.replaceChildren(...made.nodes);
  if (made.shown) leave = made.shown() ?? (() => {});
  if (moved) {
    main.focus({ preventScroll: true });
    scrollTo(0, 0);
    say(title);
  }
}

document.getElementById("footer").append(h("p", {}, `Made ${minute(history.made.slice(0, 16))} UTC by perf_history. Ratios are candidate to baseline: over 1 is slower. `,
  "Charts: uPlot, MIT licence (in this file's source)."));
addEventListener("hashchange", () => { if (location.hash !== "#main") show(true); });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => show(false));
show(false);
// What measures the page waits for it.
document.documentElement.dataset.ready = "true";
