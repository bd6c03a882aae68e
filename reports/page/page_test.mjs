// What reports/page/test runs: page_test.mjs CHROMIUM FOLDER SHOTS [one], FOLDER being what make_runs wrote.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { axe, go, in_chromium, no_finding, no_wider } from "./in_chromium.mjs";

const [program, folder, shots, one] = process.argv.slice(2);
const VIEWS = { overview: "#/overview", failures: "#/failures", matrix: "#/matrix", capabilities: "#/capabilities", cases: "#/cases", measurements: "#/measurements" };
// Of the run that is compared with an earlier one there is a view more, of one without cases a view less.
const viewsOf = run => {
  const { comparison, cases } = verdictOf(run);
  const { capabilities, ...others } = VIEWS;
  return { ...others, ...(cases.length ? { capabilities } : {}), ...(comparison ? { earlier: "#/earlier" } : {}) };
};
// With `one`, the views of one page in one scheme, and what is asked of them; no times.
const RUNS = one ? ["fail"] : ["pass", "fail", "inconclusive", "hostile", "running"];
const SCHEMES = one ? ["light"] : ["light", "dark"];
const WIDTHS = Object.entries(one ? { wide: 1280 } : { wide: 1280, narrow: 360 });

const { opened: opened_url, test, end } = await in_chromium(program);
const opened = (file, options, work) => opened_url(pathToFileURL(`${folder}/${file}`).href, options, work);

const rows = tab => tab.locator("table.cases tbody tr:not(.details)");
const found = async tab => Number((await tab.locator("main p[role=status]").textContent()).match(/^([\d,]+) case/)[1].replaceAll(",", ""));
const verdictOf = run => JSON.parse(readFileSync(`${folder}/${run}/verdict.json`, "utf8"));
const isFailure = one => ["fail", "error", "crash", "timeout", "unexpected-pass"].includes(one.status);

// The least of several times: what else runs only adds to one. Of a page without cases it is what the browser takes.
if (!one) await test("a page of a whole run opens nearly as fast as one without cases", async () => {
  const least = async run => {
    let least = Infinity;
    for (let i = 0; i < 4; ++i) await opened(`${run}/index.html`, {}, async (tab, seconds) => { least = Math.min(least, seconds); });
    return least;
  };
  const whole = await least("fail"), empty = await least("running");
  console.log(`opened in ${whole.toFixed(2)} s, without cases in ${empty.toFixed(2)} s`);
  assert.ok(whole < 4 * empty, `${whole.toFixed(2)} s is over 4 times ${empty.toFixed(2)} s`);
  // The page's own share; the rest is the browser's, whatever it opens.
  assert.ok(whole - empty < 1, `${(whole - empty).toFixed(2)} s more than a page without cases`);
});

for (const run of RUNS)
  for (const colorScheme of SCHEMES)
    await test(`${run}, ${colorScheme}: every view, nothing on the console, no request, no finding of axe`, () => opened(`${run}/index.html`, { colorScheme }, async (tab, seconds) => {
      console.log(`opened in ${seconds.toFixed(2)} s (${run}, ${colorScheme})`);
      await tab.evaluate(axe);
      for (const [name, hash] of Object.entries(viewsOf(run))) {
        await go(tab, hash);
        assert.equal(await tab.locator("nav a[aria-current=page]").getAttribute("href"), hash);
        await tab.screenshot({ path: `${shots}/${run}-${name}-${colorScheme}.png`, fullPage: name !== "failures" && name !== "cases" });
        await no_finding(tab, name);
      }
    }));

if (!one) for (const run of RUNS)
  await test(`${run}: no view is wider than a telephone`, () => opened(`${run}/index.html`, { viewport: { width: 360, height: 800 } }, async tab => {
    for (const [name, hash] of Object.entries(viewsOf(run))) {
      await go(tab, hash);
      await tab.screenshot({ path: `${shots}/${run}-${name}-narrow.png` });
      await no_wider(tab, name);
    }
  }));

await test("the banner says the outcome and its reasons", async () => {
  for (const [run, words] of [["pass", "Pass"], ["fail", "Fail: the candidate falls short"], ["inconclusive", "Inconclusive"], ["running", "Running"], ["hostile", "Error"]])
    await opened(`${run}/index.html`, {}, async tab => {
      assert.ok((await tab.locator(".banner h2").textContent()).startsWith(words), run);
      assert.ok(await tab.locator(".banner li").count() > 0, run);
    });
});

await test("search and filters take what the verdict has", () => opened("fail/index.html", {}, async tab => {
  const { cases } = verdictOf("fail");
  await go(tab, VIEWS.cases);
  assert.equal(await found(tab), cases.length);
  const start = performance.now();
  await tab.getByLabel("Search").fill("softmax large");
  const expected = cases.filter(one => ["softmax", "large"].every(word => `${one.suite}/${one.id}`.toLowerCase().includes(word) || one.message.toLowerCase().includes(word)));
  assert.ok(expected.length > 0);
  assert.equal(await found(tab), expected.length);
  console.log(`searched ${cases.length} cases in ${((performance.now() - start) / 1000).toFixed(2)} s`);
  await tab.getByLabel("Search").fill("");
  await tab.getByLabel("Status").selectOption("not passed");
  assert.equal(await found(tab), cases.filter(isFailure).length);
  await tab.getByLabel("Promise").selectOption("E4");
  assert.equal(await found(tab), cases.filter(one => isFailure(one) && one.promises.includes("E4")).length);
  await tab.getByLabel("Suite").selectOption("property");
  assert.equal(await found(tab), cases.filter(one => isFailure(one) && one.promises.includes("E4") && one.suite === "property").length);
  // What was asked for stands in the address: another tab sees the same.
  const hash = await tab.evaluate(() => location.hash), before = await found(tab);
  await go(tab, VIEWS.overview);
  await go(tab, hash);
  assert.equal(await found(tab), before);
  await tab.getByRole("button", { name: "Show all", exact: true }).click();
  await tab.waitForTimeout(100);
  assert.equal(await found(tab), cases.length);
  await tab.getByLabel("Order").selectOption("seconds");
  const slowest = [...cases].sort((a, b) => b.seconds - a.seconds)[0];
  assert.equal(await rows(tab).first().locator("button").textContent(), `${slowest.suite}/${slowest.id}`);
}));

await test("a case opens with message, inputs, expected, got and the line to repeat", () => opened("fail/index.html", {}, async tab => {
  // As golden says it of a value, and as it says it of a code and of a count.
  const { cases } = verdictOf("fail"), labels = { element: /got ([\d.]+), expected ([\d.]+), distance/, code: /^code (\d+), want (\d+)/, count: /^got (\d+), want (\d+)\n/ };
  for (const [kind, words] of Object.entries(labels)) {
    const one = cases.find(c => isFailure(c) && words.test(c.message)), [, got, expected] = one.message.match(words);
    await go(tab, `#/cases?open=${encodeURIComponent(`${one.suite}/${one.id}`)}`);
    const parts = await tab.locator("tr.details dl.parts").first().evaluate(list => Object.fromEntries([...list.querySelectorAll("dt")].map(label => [label.textContent, label.nextElementSibling.textContent])));
    assert.deepEqual([parts.got, parts.expected], kind === "code" ? [`code ${got}`, `code ${expected}`] : [got, expected]);
  }
  const one = cases.find(c => isFailure(c) && labels.element.test(c.message));
  await go(tab, `#/cases?open=${encodeURIComponent(`${one.suite}/${one.id}`)}`);
  assert.equal(await rows(tab).count(), 1);
  const details = tab.locator("tr.details");
  assert.ok(await details.isVisible());
  for (const label of ["inputs", "expected", "got", "call"]) assert.equal(await details.locator("dt", { hasText: new RegExp(`^${label}$`) }).count(), 1, label);
  assert.equal(await details.locator(".command code").textContent(), one.repro);
  await tab.locator("button.name").click();
  assert.ok(!await details.isVisible());
}));

await test("failures stand in groups, all of them", () => opened("fail/index.html", {}, async tab => {
  await go(tab, VIEWS.failures);
  while (await tab.locator("main > .more button").count()) await tab.locator("main > .more button").click();
  const sizes = await tab.locator("article.group h3 .count, article.group h3").evaluateAll(all => all.filter(one => one.tagName === "H3").map(one => 1 + Number(one.textContent.match(/ and (\d+) alike$/)?.[1] ?? 0)));
  assert.equal(sizes.reduce((a, b) => a + b, 0), verdictOf("fail").cases.filter(isFailure).length);
  assert.deepEqual(sizes, [...sizes].sort((a, b) => b - a), "the largest first");
  await tab.locator("article.group details summary").first().click();
  await tab.locator("article.group").first().locator("details li").first().waitFor();
  assert.equal(await tab.locator("article.group").first().locator("details li").count(), sizes[0] - 1);
}));

await test("the matrix counts what the verdict has, and leads to it", () => opened("fail/index.html", {}, async tab => {
  const { cases } = verdictOf("fail");
  await go(tab, VIEWS.matrix);
  const cells = await tab.locator("table.matrix a.cell").evaluateAll(all => all.map(one => [one.textContent, one.getAttribute("href")]));
  for (const [text, href] of [cells[0], cells[cells.length >> 1], cells[cells.length - 1], cells.find(([words]) => words.includes("/"))]) {
    const query = new URLSearchParams(href.split("?")[1]);
    const of = cases.filter(one => (one.function || "(none)") === query.get("fn") && one.promises.includes(query.get("promise")));
    const failed = of.filter(isFailure).length;
    assert.equal(text, failed ? `${failed}/${of.length}` : String(of.length), href);
    await go(tab, href);
    assert.equal(await found(tab), of.length, href);
  }
  await go(tab, VIEWS.matrix);
  await tab.getByLabel("Show").selectOption("failed");
  const failing = new Set(cases.filter(one => isFailure(one) && one.promises.length).map(one => one.function));
  assert.equal(await tab.locator("table.matrix tbody tr").count(), failing.size);
}));

await test("what the candidate can do is told as its statement tells it", () => opened("fail/index.html", {}, async tab => {
  const statement = JSON.parse(readFileSync(`${folder}/fail/capabilities.json`, "utf8")).capabilities;
  await go(tab, VIEWS.capabilities);
  const shown = await tab.locator("table.matrix").evaluate(table => {
    const heads = [...table.tHead.rows[0].cells].map(cell => cell.textContent);
    return [...table.tBodies[0].rows].flatMap(row => [...row.cells].slice(1).map((cell, i) => [row.cells[0].textContent, heads[i + 1], cell.textContent])).filter(([, , state]) => state);
  });
  const told = statement.map(row => [row.function || "(the whole library)", row.dtype ? `${row.dtype} ${row.device}` : "no tensors", row.state]);
  assert.deepEqual(shown.map(String).sort(), told.map(String).sort());
  for (const state of ["present", "failing"]) assert.ok(told.some(row => row[2] === state), state);
  await tab.getByLabel("Show").selectOption("failing");
  assert.equal(await tab.locator("table.matrix tbody tr").count(), new Set(told.filter(row => row[2] === "failing").map(row => row[0])).size);
}));

// The cells of a table, by its caption or its name.
const cellsOf = (tab, name) => tab.getByRole("table", { name, exact: true }).locator("tbody tr").evaluateAll(all => all.map(row => [...row.cells].map(cell => cell.textContent)));
const many = n => (n ? n.toLocaleString("en-US") : "");

await test("steps and what was skipped are counted as the verdict has them", async () => {
  for (const run of ["fail", "inconclusive"])
    await opened(`${run}/index.html`, {}, async tab => {
      const { cases, steps } = verdictOf(run);
      await go(tab, VIEWS.overview);
      assert.deepEqual((await cellsOf(tab, "Steps")).map(([name, status, ...counts]) => [name, status.replace(/^\S /, ""), ...counts.slice(0, 3)]), steps.map(step => {
        const of = cases.filter(one => one.step === step.name);
        return [step.name, step.status, many(of.length), many(of.filter(isFailure).length), many(of.filter(one => one.status === "skipped").length)];
      }));
      const lacks = {};
      for (const one of cases) if (one.status === "skipped") lacks[one.capability] = (lacks[one.capability] ?? 0) + 1;
      assert.ok(Object.keys(lacks).length > 0);
      assert.deepEqual(Object.fromEntries((await cellsOf(tab, "Skipped by capability")).map(([capability, n]) => [capability, n])), Object.fromEntries(Object.entries(lacks).map(([capability, n]) => [capability, many(n)])));
    });
});

await test("the earlier verdict's view has each name of the comparison", () => opened("fail/index.html", {}, async tab => {
  const { comparison } = verdictOf("fail");
  await go(tab, "#/earlier");
  const shown = await tab.locator("main h3").evaluateAll(all => all.map(head => [head.textContent, head.nextElementSibling?.tagName === "UL" ? [...head.nextElementSibling.children].map(item => item.textContent) : []]));
  const lists = [["Newly failing", comparison.newly_failing], ["Newly passing", comparison.newly_passing], ["Gone", comparison.gone], ["Added", comparison.added]];
  assert.deepEqual(shown.map(([title]) => title), lists.map(([title, names]) => `${title}: ${names.length}`));
  for (const [i, [title, names]] of lists.entries()) assert.ok(names.length <= 500 && names.length === shown[i][1].length && names.every((name, n) => shown[i][1][n].endsWith(name)), title);
}));

await test("measurements stand beside their limits", () => opened("inconclusive/index.html", {}, async tab => {
  await go(tab, VIEWS.measurements);
  const rows = await tab.locator("table").last().locator("tbody tr").evaluateAll(all => all.map(row => [...row.cells].map(cell => cell.textContent)));
  assert.equal(rows.length, 100);
  const statuses = new Map(verdictOf("inconclusive").cases.filter(one => one.suite === "performance").map(one => [one.id, one.status]));
  for (const [name, , median, interval, limit, verdict] of rows) {
    const [low, high] = interval.split(" to ").map(Number);
    assert.ok(low <= Number(median) && Number(median) <= high, interval);
    assert.equal(limit, "1.1");
    assert.equal(verdict.replace(/^\S /, ""), statuses.get(`latency/${name}`), name);
  }
  assert.ok(await tab.locator("table").first().textContent().then(text => text.includes("0.573 to 0.658")), "ratios of the steps");
}));

await test("a keyboard reaches everything", () => opened("fail/index.html", {}, async tab => {
  const focused = () => tab.evaluate(() => document.activeElement.textContent);
  await tab.keyboard.press("Tab");
  assert.equal(await focused(), "Skip to the content");
  await tab.keyboard.press("Tab");
  await tab.keyboard.press("Tab");
  assert.match(await focused(), /^Failures/);
  await tab.keyboard.press("Enter");
  await tab.waitForTimeout(100);
  assert.equal(await tab.evaluate(() => document.activeElement.id), "main", "the focus is at the new view's beginning");
  await go(tab, VIEWS.matrix);
  await tab.locator("a.cell[tabindex='0']").focus();
  const first = await tab.evaluate(() => document.activeElement.getAttribute("aria-label"));
  await tab.keyboard.press("ArrowDown");
  const below = await tab.evaluate(() => document.activeElement.getAttribute("aria-label"));
  assert.notEqual(below, first);
  assert.equal(await tab.locator("#said").textContent(), below, "it is said");
  assert.equal(await tab.locator("a.cell[tabindex='0']").count(), 1, "one cell takes part in the order of Tab");
  await tab.keyboard.press("Enter");
  await tab.waitForTimeout(100);
  assert.equal(await tab.locator("main h2").first().textContent(), "Cases");
  await tab.locator("button.name").first().focus();
  await tab.keyboard.press("Enter");
  assert.equal(await tab.evaluate(() => document.activeElement.getAttribute("aria-expanded")), "true");
}));

await test("the run says where the functions are, if not in the candidate", async () => {
  for (const [run, said] of [["pass", []], ["hostile", ["<b>loaded</b><U+001B>[31m.so", "d".repeat(64)]]])
    await opened(`${run}/index.html`, {}, async tab => {
      await go(tab, VIEWS.overview);
      const facts = await tab.locator("dl.facts").evaluate(list => Object.fromEntries([...list.querySelectorAll("dt")].map(name => [name.textContent, name.nextElementSibling.textContent])));
      assert.deepEqual(["Its functions are in", "Their SHA-256"].flatMap(name => facts[name] ?? []), said);
    });
});

await test("what a candidate writes is text", () => opened("hostile/index.html", {}, async tab => {
  for (const hash of [...Object.values(VIEWS), "#/cases?q=onerror", `#/cases?open=${encodeURIComponent("golden/<b>id</b><U+001B>[31m</script>")}`, "#/cases?q=%3Cb%3E&status=%3Cimg%3E", "#/%3Cb%3E", "#/cases?%E0%A4%A"]) {
    await go(tab, hash);
    for (const details of await tab.locator("main summary, main button.name").all()) if (await details.isVisible()) await details.click();
    assert.equal(await tab.locator("img, main script, main b, main i, main u").count(), 0, hash);
    assert.notEqual(await tab.title(), "owned");
    assert.ok(!/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/.test(await tab.locator("body").textContent()), hash);
  }
}));

for (const colorScheme of SCHEMES)
  await test(`comparisons, ${colorScheme}`, async () => {
    for (const file of ["compare", "same", "compare_hostile"])
      for (const [name, width] of WIDTHS)
        await opened(`${file}.html`, { colorScheme, viewport: { width, height: 900 } }, async tab => {
          await tab.evaluate(axe);
          await tab.screenshot({ path: `${shots}/${file}-${colorScheme}-${name}.png` });
          await no_finding(tab, file);
          await no_wider(tab, file);
          assert.equal(await tab.locator("img, main script, main b").count(), 0);
        });
  });

await end();
