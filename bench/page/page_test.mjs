// What bench/page/test runs: page_test.mjs CHROMIUM PAGE LATEST SHOTS, LATEST being the latest run's line of an export.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { axe, go, in_chromium, no_finding, no_wider } from "./in_chromium.mjs";

const [program, page, latest, shots] = process.argv.slice(2);
const url = pathToFileURL(page).href;
const run = JSON.parse(readFileSync(latest, "utf8"));
const VIEWS = { overview: "#/overview", call: "#/call/add%2Fsmallest", comparison: "#/comparison", map: "#/map", instructions: "#/instructions", machines: "#/machines" };

const { opened: opened_url, test, end } = await in_chromium(program);
const opened = (options, work) => opened_url(url, options, work);

for (const colorScheme of ["light", "dark"])
  await test(`every view, ${colorScheme}: nothing on the console, no request, no finding of axe`, () => opened({ colorScheme }, async (tab, seconds) => {
    console.log(`opened in ${seconds.toFixed(2)} s (${colorScheme})`);
    await tab.evaluate(axe);
    for (const [name, hash] of Object.entries(VIEWS)) {
      await go(tab, hash);
      assert.equal(await tab.locator("nav a[aria-current=page]").count(), 1);
      await tab.screenshot({ path: `${shots}/${name}-${colorScheme}.png` });
      await no_finding(tab, name);
    }
  }));

await test("a comparison shows what the history has", () => opened({}, async tab => {
  await go(tab, VIEWS.comparison);
  const all = tab.getByRole("button", { name: "Show all" });
  if (await all.count()) await all.click();
  const shown = await tab.locator("tbody tr").evaluateAll(rows => rows.map(row => [...row.cells].slice(0, 4).map(cell => cell.textContent)));
  // A step of the packed logarithm is 1e-4.
  const close = (text, value) => Math.abs(Number(text) - value) <= value * 1e-4 + 0.0005;
  for (const row of run.report.rows) {
    const found = shown.find(cells => cells[0] === row.name);
    assert.ok(found, `${row.name} is not shown`);
    assert.ok(found[1].endsWith(row.decision), `${row.name}: ${found[1]}, not ${row.decision}`);
    if (row.ratio === undefined) continue;
    const [low, high] = found[3].split(" to ");
    assert.ok(close(found[2], row.ratio) && close(low, row.low) && close(high, row.high), `${row.name}: ${found}, not ${row.ratio}, ${row.low} to ${row.high}`);
  }
  assert.equal(shown.length, run.report.rows.length);
  const ratios = shown.map(cells => Number(cells[2])).filter(ratio => !Number.isNaN(ratio));
  assert.deepEqual(ratios, [...ratios].sort((a, b) => b - a), "the slowest first");
  await tab.getByRole("button", { name: /^Ratio/ }).click();
  assert.deepEqual(await tab.locator("tbody tr td:nth-child(3)").evaluateAll(cells => cells.map(cell => Number(cell.textContent)).filter(ratio => !Number.isNaN(ratio))), [...ratios].reverse().slice(0, await tab.locator("tbody tr").count()));
}));

await test("earlier and later comparisons are other runs, also where a commit was measured twice", () => opened({}, async tab => {
  await go(tab, VIEWS.comparison);
  const title = () => tab.locator("main h2").textContent();
  const last = await title();
  await tab.getByRole("button", { name: "Earlier" }).click();
  await tab.waitForTimeout(100);
  assert.notEqual(await title(), last);
  await tab.getByRole("button", { name: "Later" }).click();
  await tab.waitForTimeout(100);
  assert.equal(await title(), last);
  assert.ok(await tab.getByRole("button", { name: "Later" }).isDisabled());
}));

await test("a keyboard reaches everything", () => opened({}, async tab => {
  await tab.keyboard.press("Tab");
  assert.equal(await tab.evaluate(() => document.activeElement.textContent), "Skip to the content");
  await tab.keyboard.press("Tab");
  await tab.keyboard.press("Tab");
  assert.equal(await tab.evaluate(() => document.activeElement.textContent), "Function");
  await tab.keyboard.press("Enter");
  await tab.waitForTimeout(150);
  assert.equal(await tab.evaluate(() => document.activeElement.id), "main", "the focus is at the new view's beginning");
  await tab.locator(".chart").focus();
  const readout = () => tab.locator(".readout").textContent();
  const before = await readout();
  await tab.keyboard.press("ArrowLeft");
  assert.notEqual(await readout(), before);
  assert.match(await tab.locator("#said").textContent(), /^\d{4}-\d\d-\d\d .*: [\d.–]+, \w+/, "it is said");
  await tab.keyboard.press("ArrowRight");
  assert.equal(await readout(), before);
  await go(tab, VIEWS.map);
  await tab.locator("canvas").focus();
  await tab.keyboard.press("ArrowDown");
  await tab.keyboard.press("ArrowRight");
  const cell = await tab.locator("#said").textContent();
  assert.match(cell, /^\S+ · \d{4}-\d\d-\d\d · .* · ([+−]?[\d.]+ %|not measured)$/);
  await tab.keyboard.press("Enter");
  await tab.waitForTimeout(150);
  assert.equal(await tab.locator("main h2").first().textContent(), cell.split(" · ")[0], "Enter opens the cell's call");
}));

await test("what charts show, tables tell", () => opened({}, async tab => {
  for (const [view, rows] of [["call", "runs"], ["map", "calls"], ["machines", "runs"]]) {
    await go(tab, VIEWS[view]);
    const alternative = tab.locator("details.alternative");
    await alternative.locator("summary").click();
    await alternative.locator("tbody tr").first().waitFor();
    const all = alternative.getByRole("button", { name: "Show all" });
    const told = await all.count() ? Number((await alternative.locator(".more").textContent()).match(/of (\d+)/)[1]) : await alternative.locator("tbody tr").count();
    const expected = await tab.evaluate(kind => {
      const data = JSON.parse(document.getElementById("data").textContent);
      return kind === "runs" ? data.series[0].runs.at.length : data.calls.filter(call => call[2] === "smallest").length;
    }, rows);
    assert.equal(told, expected, view);
  }
}));

await test("the waterfall goes from the baseline's count to the candidate's, object by object", () => opened({}, async tab => {
  const { calls } = await tab.evaluate(() => JSON.parse(document.getElementById("data").textContent).instructions);
  for (const [name, candidate, baseline] of calls.slice(0, 3)) {
    await go(tab, `#/instructions/${encodeURIComponent(name)}`);
    const number = text => Number(text.replaceAll(",", "").replace("−", "-").replace("±", ""));
    const shown = await tab.locator("table").first().locator("tbody tr").evaluateAll(rows => rows.map(row => [...row.cells].slice(0, 4).map(cell => cell.textContent)));
    assert.deepEqual(shown.map(row => row[0]), ["Baseline", ...Object.keys(baseline), "Candidate"]);
    const sum = objects => Object.values(objects).reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(number(shown[0][1]) - sum(baseline)) < 0.06);
    assert.ok(Math.abs(number(shown.at(-1)[2]) - sum(candidate)) < 0.06);
    for (const [object, was, is, change] of shown.slice(1, -1)) {
      assert.equal(number(was), baseline[object]);
      assert.equal(number(is), candidate[object]);
      assert.ok(Math.abs(number(change) - (candidate[object] - baseline[object])) < 0.06);
    }
    // Each bar begins where the one above it ends.
    const bars = await tab.locator("svg.waterfall:not(.total)").evaluateAll(plots => plots.map(plot => { const bar = plot.querySelector("rect").getBBox(), level = plot.querySelector(".level").getBBox(); return { left: bar.x, right: bar.x + bar.width, end: level.x }; }));
    for (let i = 1; i < bars.length; ++i) assert.ok(Math.abs(bars[i].left - bars[i - 1].end) < 2 || Math.abs(bars[i].right - bars[i - 1].end) < 2, JSON.stringify(bars));
  }
}));

await test("a chart is as wide as its window, and no view is wider", () => opened({ viewport: { width: 360, height: 800 } }, async tab => {
  for (const [name, hash] of Object.entries(VIEWS)) {
    await go(tab, hash);
    await tab.screenshot({ path: `${shots}/${name}-narrow.png` });
    await no_wider(tab, name);
  }
}));

await test("the heat map is drawn, and follows the colours", () => opened({ colorScheme: "light" }, async tab => {
  await go(tab, VIEWS.map);
  const pixels = () => tab.evaluate(() => {
    const canvas = document.querySelector("canvas"), data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    let painted = 0, sum = 0;
    for (let i = 0; i < data.length; i += 4) if (data[i + 3]) { ++painted; sum += data[i] + data[i + 1] + data[i + 2]; }
    return { part: painted / (data.length / 4), light: sum / painted / 3 };
  });
  const light = await pixels();
  assert.ok(light.part > 0.5, `${light.part} of it is painted`);
  await tab.emulateMedia({ colorScheme: "dark" });
  await tab.waitForTimeout(200);
  const dark = await pixels();
  assert.ok(dark.light < light.light - 40, `${dark.light} in the dark, ${light.light} in the light`);
}));

await end();
