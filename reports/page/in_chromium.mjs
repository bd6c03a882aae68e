// What the tests of all pages do in a real Chromium: in_chromium(PROGRAM) gives one, that counts what fails.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

export const axe = readFileSync("node_modules/axe-core/axe.min.js", "utf8");

// Without Chromium's own sandbox, which works neither for root nor in a container: the pages are our own files.
async function launched(program) {
  try {
    return await chromium.launch({ executablePath: program, chromiumSandbox: false });
  } catch (error) {
    console.error(`not tried: ${program} does not start here: ${error.message}`);
    process.exit(77);
  }
}

export async function in_chromium(program) {
  const browser = await launched(program);
  let failures = 0;
  return {
    // Anything on the console, a dialog, or a request beyond the page itself, is a failure.
    async opened(url, options, work) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
      const tab = await context.newPage(), complaints = [];
      tab.on("console", message => complaints.push(`console: ${message.text()}`));
      tab.on("pageerror", error => complaints.push(`error: ${error.message}`));
      tab.on("dialog", dialog => { complaints.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
      tab.on("request", request => { if (!request.url().startsWith("data:") && request.url().split("#")[0] !== url) complaints.push(`asked for ${request.url()}`); });
      const start = performance.now();
      await tab.goto(url);
      await tab.waitForSelector("html[data-ready]");
      await tab.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
      const seconds = (performance.now() - start) / 1000;
      await work(tab, seconds);
      assert.deepEqual(complaints, []);
      await context.close();
    },

    async test(name, work) {
      try {
        await work();
        console.log(`ok      ${name}`);
      } catch (error) {
        ++failures;
        console.log(`FAILED  ${name}: ${error.message}`);
      }
    },

    async end() {
      await browser.close();
      console.log(failures ? `${failures} failed` : "all is well");
      process.exit(failures ? 1 : 0);
    },
  };
}

export async function go(tab, view) {
  await tab.evaluate(hash => { location.hash = hash; }, view);
  await tab.waitForTimeout(150);
}

export async function no_finding(tab, where) {
  const found = await tab.evaluate(() => axe.run({ resultTypes: ["violations"] }));
  assert.deepEqual(found.violations.map(one => `${where}: ${one.id}: ${one.nodes[0].html.slice(0, 120)} ${one.nodes[0].failureSummary.split("\n")[1] ?? ""}`), []);
}

export async function no_wider(tab, where) {
  const [inside, window] = await tab.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(inside <= window, `${where}: ${inside} pixels in ${window}`);
}
