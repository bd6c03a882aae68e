// The page of a run. Its views are chosen by what stands behind "#" in its address: #/cases?status=fail&q=softmax
import { h, say } from "../src/dom.js";
import { capabilities } from "./capabilities.js";
import { cases } from "./cases.js";
import { load } from "./data.js";
import { earlier } from "./earlier.js";
import { failures } from "./failures.js";
import { matrix } from "./matrix.js";
import { measurements } from "./measurements.js";
import { overview } from "./overview.js";
import { status } from "../src/verdict.js";
import { address } from "./parts.js";

const run = load();
const VIEWS = [
  ["overview", "Overview", overview],
  ["failures", "Failures", failures],
  ["matrix", "Matrix", matrix],
  ...(run.capabilities.length ? [["capabilities", "Capabilities", capabilities]] : []),
  ["cases", "Cases", cases],
  ["measurements", "Measurements", measurements],
  ...(run.comparison ? [["earlier", "Earlier verdict", earlier]] : []),
];

function current() {
  const [, view = "", query = ""] = location.hash.match(/^#\/([^?]*)(?:\?(.*))?$/) ?? [];
  return { view: VIEWS.some(([name]) => name === view) ? view : "overview", query: Object.fromEntries(new URLSearchParams(query)) };
}

function show(moved) {
  const { view, query } = current();
  document.getElementById("nav").replaceChildren(...VIEWS.map(([name, title]) =>
    h("a", { href: address(name), "aria-current": name === view ? "page" : null }, title, name === "failures" && run.groups.length ? h("span", { class: "bubble" }, String(run.groups.length)) : "")));
  const [, title, make] = VIEWS.find(([name]) => name === view);
  const main = document.getElementById("main");
  main.className = view;
  main.replaceChildren(...make(run, query).nodes.filter(Boolean));
  document.title = `${title} · ${run.outcome} · ${nameOf(run.run.candidate)}`;
  if (!moved) return;
  main.focus({ preventScroll: true });
  scrollTo(0, 0);
  say(title);
}

const nameOf = path => path.slice(path.lastIndexOf("/") + 1);

document.getElementById("aside").append(status(run.outcome), ` ${nameOf(run.run.candidate)} · ${run.run.started.slice(0, 16).replace("T", " ")} UTC`);
document.getElementById("footer").append(h("p", {}, "Written by ci/gate from verdict.json, which stands beside this page."));
addEventListener("hashchange", () => { if (location.hash !== "#main") show(true); });
show(false);
// What measures the page waits for it.
document.documentElement.dataset.ready = "true";
