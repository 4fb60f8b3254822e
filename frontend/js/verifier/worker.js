// The verifier in a worker of its own, so that the page stays alive. It fetches nothing.
import { Refusal } from "./refusal.js";
import { entityOf, refusedReport, verify } from "./verify.js";

let last = null;

async function check({ material, logKey }) {
  last = null;
  const done = await verify(material, logKey, (message) => postMessage(message)).catch((error) => ({ report: refusedReport(error) }));
  last = done.verification ?? null;
  const { chunks, ...report } = done.report;
  const drawn = chunks && new Blob(chunks, { type: "text/csv" });
  return { type: "report", report, drawn };
}

function entity({ code, salt }) {
  try {
    return { type: "entity", entity: entityOf(last, code, salt) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { type: "entity", code: error.code, params: error.params };
  }
}

const ACTS = { verify: check, entity };

onmessage = async ({ data }) => {
  const act = ACTS[data.type];
  if (!act) return;
  try {
    postMessage({ ...(await act(data)), id: data.id });
  } catch (error) {
    postMessage({ type: "broken", message: String(error), id: data.id });
  }
};
