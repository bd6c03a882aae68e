// sarif_check.mjs FILE...: whether each is what the schema of SARIF 2.1.0 says, and whether what points somewhere points at
// something. The schema is in the package @microsoft/jest-sarif.
import Ajv from "ajv";
import { readFileSync } from "node:fs";

const schema = JSON.parse(readFileSync("node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json", "utf8"));
const ajv = new Ajv({ schemaId: "auto", allErrors: true, logger: false, meta: false, unknownFormats: "ignore" });
ajv.addMetaSchema(JSON.parse(readFileSync("node_modules/ajv/lib/refs/json-schema-draft-04.json", "utf8")));
ajv.addMetaSchema(JSON.parse(readFileSync("node_modules/ajv/lib/refs/json-schema-draft-07.json", "utf8")));
const valid = ajv.compile(schema);

let wrong = 0;
for (const file of process.argv.slice(2)) {
  const log = JSON.parse(readFileSync(file, "utf8"));
  const problems = valid(log) ? [] : valid.errors.map(one => `${one.dataPath} ${one.message}`);
  for (const run of log.runs ?? [])
    for (const result of run.results ?? []) {
      if (run.tool.driver.rules[result.ruleIndex]?.id !== result.ruleId) problems.push(`rule ${result.ruleIndex} is not ${result.ruleId}`);
      if (result.kind !== "fail" && result.level !== "none") problems.push(`${result.kind} has the level ${result.level}`);
    }
  // A check that lets everything through would be green for ever.
  const broken = structuredClone(log);
  broken.runs[0].tool.driver.rules = "none";
  if (valid(broken)) problems.push("the schema takes rules that are no list");
  console.log(`${problems.length ? "FAILED" : "ok     "} ${file}: ${log.runs[0].results.length} results, SARIF ${log.version}${problems.slice(0, 10).map(one => "\n  " + one).join("")}`);
  wrong += problems.length;
}
process.exit(wrong ? 1 : 0);
