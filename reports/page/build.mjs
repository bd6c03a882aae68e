// Puts style, scripts and packages into template.html, once a page. Run by reports/page/bundle in a folder that holds
// the packages, and the project's sources of pages where they are in the project.
import { build } from "esbuild";
import { readFileSync, writeFileSync } from "node:fs";

const PAGES = [
  { title: "Verdict", folder: "reports/page/run", made: "reports/page/run.html" },
  { title: "Two verdicts", folder: "reports/page/compare", made: "reports/page/compare.html" },
  { title: "Performance history", folder: "bench/page", made: "bench/page/page.html", entry: "src/main.js",
    style: '@import "uplot/dist/uPlot.min.css";', extra: '<script type="text/plain" id="cells">@CELLS@</script>\n' },
];

async function bundled(entry, loader) {
  const made = await build({
    stdin: { contents: entry, resolveDir: ".", loader }, metafile: true,
    bundle: true, minify: true, format: "iife", target: "es2020", charset: "utf8", legalComments: "none", write: false,
  });
  const packages = Object.keys(made.metafile.inputs).map(path => path.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1]);
  return { text: made.outputFiles[0].text.trim(), packages: packages.filter(Boolean) };
}

function licence(name) {
  const { version, homepage, repository } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
  return `<!--\n${name} ${version}, ${homepage ?? repository.url}\n\n${readFileSync(`node_modules/${name}/LICENSE`, "utf8").trim()}\n-->\n`;
}

for (const page of PAGES) {
  const script = await bundled(`import "./${page.folder}/${page.entry ?? "main.js"}";`, "js");
  const style = await bundled(`${page.style ?? ""} @import "./reports/page/src/base.css"; @import "./${page.folder}/style.css";`, "css");
  if (script.text.includes("</script") || style.text.includes("</style")) throw new Error("a bundle would end its element");
  const texts = { TITLE: page.title, EXTRA: page.extra ?? "", STYLE: style.text, SCRIPT: script.text,
                  LICENCE: [...new Set([...script.packages, ...style.packages])].map(licence).join("") };
  // Each place once and in one pass, so that what is put in is not searched.
  writeFileSync(page.made, readFileSync("reports/page/template.html", "utf8").replace(/@(TITLE|LICENCE|STYLE|EXTRA|SCRIPT)@/g, (_, place) => texts[place]));
}
