// read.mjs FILE...: how three programs of npm read JUnit files, as JSON: a list a file of what each reader makes of it, its
// totals and [names, what it was, message] of every case.
import fs from "node:fs";
import { createRequire } from "node:module";
import { convertJUnitToCTRFReport } from "junit-to-ctrf";
import parseForViewer from "xunit-viewer/src/cli/parse.js";

const { parseV2 } = createRequire(import.meta.url)("test-results-parser");

// Believes the counts in the attributes; tells cases by suite and name. Its total leaves the skipped out.
function testResultsParser(file) {
  const { result, errors } = parseV2({ type: "junit", files: [file] });
  if (errors.length) throw new Error(`test-results-parser: ${errors}`);
  const words = { PASS: "passed", FAIL: "red", SKIP: "skipped" };
  return {
    totals: { passed: result.passed, red: result.failed + result.errors, skipped: result.skipped },
    suites: result.suites.map(one => [one.name, one.passed, one.failed + one.errors, one.skipped]),
    cases: result.suites.flatMap(suite => suite.cases.map(c => [[suite.name, c.name], words[c.status], c.failure])),
  };
}

// Counts the cases itself; tells them by suite and name.
async function junitToCtrf(file) {
  const { summary, tests } = (await convertJUnitToCTRFReport(file)).results;
  const words = { passed: "passed", failed: "red", skipped: "skipped" };
  return {
    totals: { passed: summary.passed, red: summary.failed, skipped: summary.skipped },
    cases: tests.map(test => [[...test.suite, test.name], words[test.status], test.message ?? ""]),
  };
}

// Takes cases of one class and name for one case, and the last for what became of it.
async function xunitViewer(file) {
  const { suites } = await parseForViewer(fs.readFileSync(file, "utf8"));
  const words = { passed: "passed", failure: "red", error: "red", skipped: "skipped" };
  const totals = { passed: 0, red: 0, skipped: 0 };
  const cases = Object.values(suites).flatMap(suite => Object.values(suite.tests).map(test => {
    const status = words[test.status];
    ++totals[status];
    return [[suite.name, test.classname, test.name], status, status === "red" ? test.messages[1] : ""];
  }));
  return { totals, cases };
}

const read = [];
for (const file of process.argv.slice(2))
  read.push({
    "test-results-parser": testResultsParser(file), "junit-to-ctrf": await junitToCtrf(file), "xunit-viewer": await xunitViewer(file),
  });
process.stdout.write(JSON.stringify(read));
