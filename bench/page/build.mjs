// Puts style, scripts and uPlot into template.html. Run by bench/page/bundle in a folder that holds the packages.
import { build } from "esbuild";
import { readFileSync, writeFileSync } from "node:fs";

async function bundled(entry, loader) {
  const made = await build({
    stdin: { contents: entry, resolveDir: ".", loader },
    bundle: true, minify: true, format: "iife", target: "es2020", charset: "utf8", legalComments: "none", write: false,
  });
  return made.outputFiles[0].text.trim();
}

const script = await bundled('import "./src/main.js";', "js");
const style = await bundled('@import "uplot/dist/uPlot.min.css"; @import "./style.css";', "css");
if (script.includes("</script") || style.includes("</style")) throw new Error("a bundle would end its element");
const version = JSON.parse(readFileSync("node_modules/uplot/package.json", "utf8")).version;
const licence = `uPlot ${version}, https://github.com/leeoniya/uPlot\n\n${readFileSync("node_modules/uplot/LICENSE", "utf8").trim()}`;
// A function: in a string "$&" would mean something.
const page = readFileSync("template.html", "utf8")
  .replace("@LICENCE@", () => licence)
  .replace("@STYLE@", () => style)
  .replace("@SCRIPT@", () => script);
writeFileSync("page.html", page);
