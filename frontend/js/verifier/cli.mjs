// node frontend/js/verifier/cli.mjs BUNDLE.zip [LOG_KEY]: the browser's verifier on a command line.
import { readFileSync } from "node:fs";
import { refusedReport, verify } from "./verify.js";

const [path, logKey = ""] = process.argv.slice(2);
const zip = new Blob([readFileSync(path)]);
const report = await verify({ zip }, logKey, () => {}).then((done) => done.report, refusedReport);
for (const { name, status, code, params } of report.steps) console.log(name, status, code, JSON.stringify(params));
console.log(JSON.stringify({ verdict: report.verdict, failed: report.failed, ...report.summary }));
process.exit(report.verdict === "failed" ? 1 : 0);
