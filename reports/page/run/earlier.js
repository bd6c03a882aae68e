// Beside the verdict that --against-verdict named.
import { h } from "../src/dom.js";
import { counted, status } from "../src/verdict.js";
import { address } from "./parts.js";

function list(run, title, names) {
  const most = 500;
  return [h("h3", {}, `${title}: ${names.length}`), names.length === 0 ? "" : h("ul", { class: "alike" }, names.slice(0, most).map(name => {
    const one = run.byName.get(name);
    return h("li", {}, one ? [status(one.status), " ", h("a", { href: address("cases", { open: name }) }, name)] : name);
  })), names.length > most ? h("p", { class: "more" }, `${counted(names.length - most, "name")} more in verdict.json`) : ""];
}

export function earlier(run) {
  const { comparison } = run;
  return { nodes: [h("h2", {}, "Against the earlier verdict"), h("p", { class: "note" }, comparison.against,
    comparison.fail_on === "new" ? ". Only what is newly failing fails this run." : ""),
    ...list(run, "Newly failing", comparison.newly_failing), ...list(run, "Newly passing", comparison.newly_passing), ...list(run, "Gone", comparison.gone), ...list(run, "Added", comparison.added)] };
}
