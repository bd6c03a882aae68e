// Reads what reports/page/run_data.cpp wrote. Every text of it is shown as text, never as HTML.
const NOT_PASSED = new Set(["fail", "error", "crash", "timeout", "unexpected-pass"]);

export const isFailure = status => NOT_PASSED.has(status);

function casesOf(json) {
  const { columns, tables } = json.cases;
  return columns.id.map((id, i) => {
    const at = (table, column = table) => tables[table][columns[column][i]];
    const suite = at("suite"), status = at("status");
    const words = at("repro");
    // What stands for the case in the line that repeats it: a comma separates filters.
    const repro = words.length === 2 ? words[0] + id.replaceAll(",", "?") + words[1] : words[0];
    return { i, id, suite, name: `${suite}/${id}`, step: at("step"), fn: at("function"), promises: at("promises"), status, failed: isFailure(status),
             message: at("message"), seconds: columns.seconds[i] / 1e6, capability: at("capability"), device: at("device"), waiver: at("waiver"), file: at("file"), repro };
  });
}

export function load() {
  const json = JSON.parse(document.getElementById("data").textContent);
  const cases = casesOf(json);
  const byName = new Map(cases.map(one => [one.name, one]));
  const promises = new Map(json.promises), defects = new Map(json.defects), functions = new Map(json.functions);
  return { ...json, cases, byName, promises, defects, functions, counts: new Map(json.counts),
           groups: json.groups.map(group => group.map(i => cases[i])) };
}

export const promiseText = (run, id) => run.promises.get(id) ?? run.defects.get(id) ?? "";

// How many of each status, in the order that a reader looks for.
export const STATUSES = ["fail", "crash", "timeout", "error", "unexpected-pass", "inconclusive", "known", "waived", "skipped", "pass"];

export function countsOf(cases) {
  const counts = new Map();
  for (const one of cases) counts.set(one.status, (counts.get(one.status) ?? 0) + 1);
  return STATUSES.filter(status => counts.has(status)).map(status => [status, counts.get(status)]);
}
