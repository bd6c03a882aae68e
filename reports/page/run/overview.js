// What a reader wants first: the verdict and its reasons, then steps, suites, what was skipped or waived, and the run.
import { h, table } from "../src/dom.js";
import { STATUSES, countsOf } from "./data.js";
import { command, counted, duration, number, status, tone } from "../src/verdict.js";
import { address } from "./parts.js";

const SAYS = {
  pass: "Pass", fail: "Fail: the candidate falls short", error: "Error: the gate could not do its work",
  inconclusive: "Inconclusive: a time could not be told from its limit", running: "Running: no verdict yet",
};
const LACKS = {
  cuda: "a CUDA device", control: "the control functions", symbol: "the function itself", values: "element values: it is a stub",
  "memory-figures": "figures of device memory, which LibTorch tells from 2.9 on", "second-device": "a second CUDA device",
  "no-cuda": "a machine without CUDA", "simulated-memory": "devices that are simulated, and can be without memory",
  archive: "the archive, which only this build's own library has",
};

function banner(run) {
  return h("section", { class: "banner " + tone(run.outcome), "aria-label": "Verdict" },
    h("h2", {}, SAYS[run.outcome] ?? run.outcome),
    h("ul", {}, run.reasons.map(reason => h("li", {}, reason))),
    run.groups.length ? h("p", {}, h("a", { href: address("failures") }, `${counted(run.groups.length, "kind")} of failures`)) : "");
}

function card(title, value, note, to) {
  return h("div", { class: "card" }, h("h3", {}, title), h("p", { class: "value" }, to ? h("a", { href: to }, value) : value), h("p", { class: "note" }, note));
}

function cards(run) {
  const counts = new Map(countsOf(run.cases)), failed = run.cases.filter(one => one.failed).length;
  const skipped = counts.get("skipped") ?? 0, unsure = counts.get("inconclusive") ?? 0;
  return h("div", { class: "cards" },
    card("Cases", number(run.cases.length), `${number(counts.get("pass") ?? 0)} passed`, address("cases")),
    card("Not passed", number(failed), failed ? counted(run.groups.length, "kind") : "none", failed ? address("failures") : null),
    unsure ? card("Inconclusive", number(unsure), "times that could not be told from their limits", address("cases", { status: "inconclusive" })) : null,
    card("Skipped", number(skipped), skipped ? "for want of a capability" : "none", skipped ? address("cases", { status: "skipped" }) : null),
    card("Took", duration(run.run.seconds), `${counted(run.run.cores, "core")}`));
}

function stepNotes(run) {
  return run.steps.filter(step => step.notes.length || step.problems.length).map(step =>
    h("details", { class: "notes", open: step.problems.length > 0 },
      h("summary", {}, `${step.name}: `, [step.problems.length ? counted(step.problems.length, "problem") : "", step.notes.length ? counted(step.notes.length, "note") : ""].filter(Boolean).join(", ")),
      h("ul", {}, step.problems.map(problem => h("li", { class: "problem" }, problem)), step.notes.map(note => h("li", {}, note)))));
}

function steps(run) {
  const of = step => run.cases.filter(one => one.step === step.name);
  const rows = run.steps.map(step => ({ ...step, cases: of(step) }));
  const many = (row, test) => row.cases.filter(test).length || "";
  return [h("h3", {}, "Steps"), table("Steps", [
    { title: "Step", cell: row => row.name },
    { title: "Status", cell: row => status(row.status) },
    { title: "Cases", right: true, cell: row => row.cases.length ? h("a", { href: address("cases", { step: row.name }) }, number(row.cases.length)) : "" },
    { title: "Not passed", right: true, cell: row => many(row, one => one.failed) && h("a", { href: address("cases", { step: row.name, status: "not passed" }) }, number(many(row, one => one.failed))) },
    { title: "Skipped", right: true, cell: row => many(row, one => one.status === "skipped") && h("a", { href: address("cases", { step: row.name, status: "skipped" }) }, number(many(row, one => one.status === "skipped"))) },
    { title: "Took", right: true, cell: row => (row.seconds ? duration(row.seconds) : "") },
    { title: "What it looks at", class: "wide", cell: row => row.title },
  ], rows), ...stepNotes(run)];
}

function suites(run) {
  const names = [...new Set(run.cases.map(one => one.suite))].sort();
  const shown = STATUSES.filter(one => run.cases.some(c => c.status === one)).reverse();
  const rows = names.map(name => ({ name, counts: new Map(countsOf(run.cases.filter(one => one.suite === name))) }));
  return names.length === 0 ? [] : [h("h3", {}, "Suites"), table("Suites", [
    { title: "Suite", cell: row => h("a", { href: address("cases", { suite: row.name }) }, row.name) },
    ...shown.map(one => ({ title: one, right: true, cell: row => row.counts.has(one) ? h("a", { href: address("cases", { suite: row.name, status: one }) }, number(row.counts.get(one))) : "" })),
  ], rows)];
}

function skipped(run) {
  const lacks = new Map();
  for (const one of run.cases) if (one.status === "skipped") lacks.set(one.capability, (lacks.get(one.capability) ?? 0) + 1);
  return lacks.size === 0 ? [] : [h("h3", {}, "Skipped, by what the candidate lacks"), table("Skipped by capability", [
    { title: "Capability", cell: row => row[0] || "unnamed" },
    { title: "Cases", right: true, cell: row => h("a", { href: address("cases", { status: "skipped", capability: row[0] }) }, number(row[1])) },
    { title: "What it is", class: "wide", cell: row => LACKS[row[0]] ?? "" },
  ], [...lacks].sort((a, b) => b[1] - a[1]))];
}

function waivers(run) {
  return run.waivers.length === 0 ? [] : [h("h3", {}, "Waivers"), table("Waivers", [
    { title: "Scope", cell: row => row.scope },
    { title: "State", cell: row => status(row.state) },
    { title: "Cases", right: true, cell: row => run.cases.filter(one => one.status === "waived" && one.waiver === row.reason).length || "" },
    { title: "Reason", class: "wide", cell: row => row.reason },
  ], run.waivers)];
}

function scorecard(run) {
  return run.scorecard.length === 0 ? [] : [h("h3", {}, "How far it has come"), table("Scorecard", [
    { title: "Category", cell: row => row.category },
    { title: "Functions", right: true, cell: row => `${row.present} of ${row.functions}` },
    { title: "Cases passed", right: true, cell: row => `${number(row.passed)} of ${number(row.cases)}` },
  ], run.scorecard)];
}

function symbols(run) {
  const lists = run.sets.filter(set => set.missing.length).map(set => [`${set.name} lacks ${set.missing.length}`, set.missing]);
  if (run.extra_symbols.length) lists.push([`${run.extra_symbols.length} exported beyond the tables`, run.extra_symbols]);
  return run.sets.length === 0 ? [] : [h("h3", {}, "Functions of the candidate"), table("Sets of functions", [
    { title: "Set", cell: row => row.name },
    { title: "State", cell: row => row.state },
    { title: "Symbols", right: true, cell: row => `${row.present} of ${row.total}` },
  ], run.sets), ...lists.map(([title, names]) => h("details", { class: "notes" }, h("summary", {}, title), h("p", { class: "names" }, names.join(" "))))];
}

function facts({ run, unnamed_promises: unnamed }) {
  const rows = [["Candidate", run.candidate], ["SHA-256", run.candidate_sha256], ["Its functions are in", run.functions_files.join(", ")], ["Their SHA-256", run.functions_sha256], ["Build id", run.build_id], ["Backend", [run.backend, run.version].filter(Boolean).join(" ")],
    ["Harness", run.harness_sha256], ["Plan", run.plan_sha256], ["Started", run.started.replace("T", " ").replace("Z", " UTC")], ["Seed", String(run.seed)], ["Device", run.device],
    ["Machine", [run.host, run.machine].filter(Boolean).join(", ")], ["Computed with", run.arithmetic.join("; ")], ["Only a selection", run.selection ? "yes" : ""], ["Interrupted", run.interrupted ? "yes" : ""],
    ["Promises that no case names", unnamed.join(" ")]].filter(([, value]) => value);
  return [h("h3", {}, "The run"), h("dl", { class: "facts" }, rows.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])), command(run.command)];
}

export function overview(run) {
  return { nodes: [banner(run), cards(run), ...steps(run), ...suites(run), ...skipped(run), ...waivers(run), ...scorecard(run), ...symbols(run), ...facts(run)] };
}
