// Failures of one cause together, the largest group first.
import { h } from "../src/dom.js";
import { command, counted, messageOf, status } from "../src/verdict.js";
import { address, promisesOf } from "./parts.js";

const STEP = 20;

function alike(group) {
  const others = group.slice(1);
  const fill = details => {
    if (details.children.length > 1) return;
    details.append(h("ul", { class: "alike" }, others.map(one =>
      h("li", {}, h("a", { href: address("cases", { open: one.name }) }, one.name), one.repro ? command(one.repro) : ""))));
  };
  return others.length === 0 ? "" : h("details", { class: "notes", ontoggle: event => { if (event.target.open) fill(event.target); } },
    h("summary", {}, `${counted(others.length, "case")} alike`));
}

function groupOf(run, group) {
  const one = group[0];
  return h("article", { class: "group" },
    h("h3", {}, status(one.status), " ", h("a", { href: address("cases", { open: one.name }) }, one.name), group.length > 1 ? h("span", { class: "count" }, ` and ${group.length - 1} alike`) : ""),
    messageOf(one.message), promisesOf(run, one.promises), one.repro ? command(one.repro) : "", alike(group));
}

export function failures(run) {
  if (run.groups.length === 0) return { nodes: [h("h2", {}, "Failures"), h("p", {}, "No case failed.")] };
  const list = h("div"), more = h("p", { class: "more" });
  let shown = 0;
  const grow = () => {
    list.append(...run.groups.slice(shown, shown + STEP).map(group => groupOf(run, group)));
    shown = Math.min(run.groups.length, shown + STEP);
    more.replaceChildren(...(shown < run.groups.length ? [`${shown} of ${run.groups.length} kinds. `, h("button", { onclick: grow }, `Show ${Math.min(STEP, run.groups.length - shown)} more`)] : []));
  };
  grow();
  const failed = run.cases.filter(one => one.failed).length;
  return { nodes: [h("h2", {}, "Failures"), h("p", { class: "note" }, `${counted(failed, "case")} of ${counted(run.groups.length, "kind")}: those stand together that ended alike and whose messages say the same but for numbers. `,
    h("a", { href: address("cases", { status: "not passed" }) }, "All of them as a table")), list, more] };
}
