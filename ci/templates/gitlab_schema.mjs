// Checks the files that are named, JSON of a .gitlab-ci.yml each, against the schema that GitLab publishes for these, as the
// npm package gitlab-ci-local carries it. Run in a folder with it, ajv and ajv-formats installed.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const from = createRequire(process.cwd() + "/");
const { schema } = await import(pathToFileURL(process.cwd() + "/node_modules/gitlab-ci-local/src/schema/schema.js"));
const Ajv = from("ajv").default;
const ajv = new Ajv({ strict: false, allErrors: true });
from("ajv-formats").default(ajv);
const validate = ajv.compile(schema);
let bad = 0;
for (const file of process.argv.slice(2)) {
  if (validate(JSON.parse(readFileSync(file)))) continue;
  bad = 1;
  for (const error of validate.errors) console.log(`${file}: ${error.instancePath} ${error.message}`);
}
process.exit(bad);
