// Pieces that several views of a run show: addresses of views, everything that is known of a case.
import { h } from "../src/dom.js";
import { command, duration, messageOf, number } from "../src/verdict.js";
import { promiseText } from "./data.js";

export function address(view, query = {}) {
  const words = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== "" && value !== undefined)).toString();
  return `#/${view}${words ? "?" + words : ""}`;
}

export const promisesOf = (run, ids) => ids.length === 0 ? "" : h("ul", { class: "promises" }, ids.map(id =>
  h("li", {}, h("a", { href: address("cases", { promise: id }) }, id), " ", promiseText(run, id))));

export function detailsOf(run, one) {
  const facts = [["step", one.step], ["function", one.fn], ["took", duration(one.seconds)], ["ran on", one.device && `${one.device} CUDA devices`], ["lacks", one.capability], ["waived", one.waiver], ["written in", one.file]].filter(([, value]) => value);
  const counts = run.counts.get(one.i);
  return [
    one.message ? messageOf(one.message) : "",
    promisesOf(run, one.promises),
    h("dl", { class: "parts" }, facts.flatMap(([label, value]) => [h("dt", {}, label), h("dd", {}, value)]),
      counts ? [h("dt", {}, "counted"), h("dd", {}, Object.entries(counts).map(([name, n]) => `${name} ${number(n)}`).join(", "))] : []),
    one.repro ? command(one.repro) : "",
  ];
}
