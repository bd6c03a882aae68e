// What the pages of verdicts show alike: a status, numbers, a line to repeat, a message.
import { h, say } from "./dom.js";

const MARKS = { pass: "✓", fail: "✕", crash: "✕", timeout: "✕", error: "✕", "unexpected-pass": "✕", inconclusive: "?", interrupted: "✕", running: "…", "not built": "✕" };
const TONES = { pass: "good", fail: "bad", crash: "bad", timeout: "bad", error: "bad", "unexpected-pass": "bad", interrupted: "bad", "not built": "bad",
                running: "unsure", inconclusive: "unsure", known: "unsure", waived: "unsure", expired: "bad", unmatched: "bad", passing: "bad" };

export const tone = status => TONES[status] ?? "calm";
export const status = name => h("span", { class: "status " + tone(name) }, MARKS[name] ? h("span", { "aria-hidden": "true" }, MARKS[name] + " ") : "", name);

export const number = value => value.toLocaleString("en-US");
export const counted = (n, one, many = one + "s") => `${number(n)} ${n === 1 ? one : many}`;
export const duration = seconds =>
  seconds >= 90 ? `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s` : seconds >= 1 ? `${seconds.toFixed(1)} s`
  : seconds >= 1e-3 ? `${(seconds * 1e3).toFixed(1)} ms` : seconds > 0 ? `${(seconds * 1e6).toFixed(0)} µs` : "–";

// A line that somebody will paste into a terminal.
export function command(line) {
  const code = h("code", {}, line);
  const button = h("button", { class: "copy", onclick: async () => {
    try {
      await navigator.clipboard.writeText(line);
      button.textContent = "Copied";
      say("Copied");
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    } catch {
      getSelection().selectAllChildren(code);
    }
  } }, "Copy");
  return h("div", { class: "command" }, code, button);
}

// Long ones are cut, as a page with a flood of output would not scroll.
const MOST = 4000;
const text = value => (value.length > MOST ? value.slice(0, MOST) + `\n… ${number(value.length - MOST)} characters more, in verdict.json` : value);

export function messageOf(message) {
  const { found, parts } = partsOf(message);
  return [found ? h("pre", {}, text(found)) : "",
    parts.length ? h("dl", { class: "parts" }, parts.flatMap(([label, value]) => label === "promises" ? [] : [h("dt", {}, label), h("dd", {}, text(value))])) : ""];
}

// What a suite says of both values: "code 3, want 2, message: ...", "got 1, want 2", "result: ...: got 0.5, expected 0.25,
// distance ...".
function valuesOf(found) {
  const [, code, wanted] = found.match(/\bcode (-?\d+), want (-?\d+)\b/) ?? [];
  if (code !== undefined) return [["expected", `code ${wanted}`], ["got", `code ${code}`]];
  const [, got, expected] = found.match(/\bgot (.+?), (?:want|expected) (.+?)(?=, distance |, limit |$)/m) ?? [];
  return got === undefined ? [] : [["expected", expected], ["got", got]];
}

// The parts of a message: what was found, then lines such as "  inputs: ...". GoogleTest's own "Failed" stands before
// them in verdicts before 1.6.
function partsOf(message) {
  const parts = [], found = [];
  for (const line of message.replace(/^Failed\n/, "").split("\n")) {
    const labelled = line.match(/^ {2}([a-z][a-z ]{1,24}): (.*)$/);
    if (labelled && found.length) parts.push([labelled[1], labelled[2]]);
    else if (parts.length && line.trim() !== "") parts[parts.length - 1][1] += "\n" + line;
    else found.push(line);
  }
  const text = found.join("\n").trim();
  return { found: text, parts: [...parts, ...valuesOf(text)] };
}
