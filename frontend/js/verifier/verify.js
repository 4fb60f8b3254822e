// The verifier without a page: bundle in, report out; then one entity at a time.
import { unhex } from "./bytes.js";
import { bundleOfFiles, bundleOfZip } from "./bundle.js";
import { NoBundle, Refusal } from "./refusal.js";
import { blindId } from "./seed.js";
import { Verification } from "./steps.js";

/** `material`: `{ zip: Blob }` or `{ files: [{ name, blob }] }`. `{ report, verification }`; a `NoBundle` is refused. */
export async function verify(material, logKey, listener) {
  const bundle = material.zip ? await bundleOfZip(material.zip) : bundleOfFiles(material.files);
  const verification = new Verification(bundle, logKey, listener);
  return { verification, report: await verification.run() };
}

/** What a bundle is refused with before the first step, as a report. */
export function refusedReport(error) {
  if (!(error instanceof NoBundle)) throw error;
  const step = { name: "bundle", status: "failed", code: error.code, params: error.params };
  return { verdict: "failed", failed: "bundle", steps: [step], summary: {}, chunks: null };
}

/** 单户核对: an entity by its code; in a blinded register by its code and own salt (查询码), or by its blind id. */
export function entityOf(verification, code, salt) {
  const { outcome, plan, frame } = verification;
  const written = bare(code);
  const digits = bare(salt).toLowerCase();
  if (!digits) return outcome.draw.entity(frame.blinded ? written.toLowerCase() : written.toUpperCase());
  const bytes = unhex(digits);
  if (bytes?.length !== 32) throw new Refusal("entity_salt");
  if (!/^[0-9A-Z]{18}$/.test(written.toUpperCase())) throw new Refusal("entity_code");
  return outcome.draw.entity(blindId(plan.alg, bytes, written.toUpperCase()));
}

const bare = (written) => written.replace(/\s/g, "");
