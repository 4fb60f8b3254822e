// The page of the verifier: hands the chosen material to the worker and shows what it says. The worker fetches
// nothing, and this page only what a visitor asks for by name: the bundle of a draw of this site.

const root = document.querySelector("[data-verifier]");
const part = (name) => root.querySelector(`[data-${name}]`);
const way = (name) => root.querySelector(`[data-way="${name}"]`);
const SHARES = { frame: [0, 55], draw: [55, 95] };

const sentences = new Map(
  [...part("texts").content.querySelectorAll("[data-code]")].map((each) => [each.dataset.code, each.textContent]),
);

/** The sentence of a code with its parameters; the code itself where the page has none. */
function say(code, params = {}) {
  const sentence = sentences.get(code) ?? code;
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in params ? String(params[name]) : "…"));
}

const hire = () => new Worker(root.dataset.verifier);
let worker = hire();
let spare = hire(); // at hand without a network, when the first is stopped
let running = 0; // number of the verification that is shown; older answers are passed over
let drawnAddress = "";
let usedKey = "";

function show(element, visible) {
  element.hidden = !visible;
}

function problem(text) {
  part("problem").textContent = text;
}

function percent(value) {
  const bar = root.querySelector("progress");
  if (value === null) bar.removeAttribute("value");
  else bar.value = value;
  part("percent").textContent = value === null ? "" : `${Math.floor(value)}%`;
}

function begin() {
  running++;
  problem("");
  percent(0);
  part("doing").textContent = "";
  part("steps").replaceChildren();
  part("entity").replaceChildren();
  show(part("outcome"), false);
  show(part("progress-part"), true);
  part("cancel").focus();
  return running;
}

function dismiss() {
  worker.terminate();
  worker = spare;
  spare = hire();
  listen();
  running++;
  show(part("progress-part"), false);
}

function start(material, logKey) {
  usedKey = logKey;
  worker.postMessage({ type: "verify", id: running, material, logKey });
}

// --- what the worker says ---

function listen() {
  worker.onmessage = ({ data }) => {
    if (data.type === "doing") part("doing").textContent = say(`step-${data.name}`);
    else if (data.type === "progress") progress(data);
    else if (data.id === running) ({ report, entity, broken })[data.type]?.(data);
  };
  worker.onerror = () => broken();
}

function broken() {
  dismiss();
  problem(say("broken"));
}

function progress({ phase, done, total }) {
  const [from, to] = SHARES[phase];
  percent(from + ((to - from) * done) / (total || 1));
}

function report({ report: found, drawn }) {
  show(part("progress-part"), false);
  show(part("outcome"), true);
  part("outcome").dataset.state = found.verdict;
  part("verdict").textContent = verdict(found);
  part("about").textContent = about(found.summary);
  const cause = found.steps.find((step) => step.status === "failed");
  part("cause").textContent = cause ? say(cause.code, cause.params) : "";
  for (const advice of root.querySelectorAll("[data-advice]")) show(advice, advice.dataset.advice === found.verdict);
  const signed = found.steps.some(({ name, status }) => name === "checkpoint" && status === "ok");
  show(part("key-told"), signed && !usedKey);
  part("steps").replaceChildren(...found.steps.map(line));
  showReplay(found, drawn);
  const told = Object.fromEntries(found.steps.map(({ name, status }) => [name, status]));
  const summary = { verdict: found.verdict, failed: found.failed, ...found.summary, steps: told };
  document.getElementById("verifier-summary").textContent = JSON.stringify(summary, null, 1);
  part("verdict").focus();
}

/** Which draw this is; a file's name could say anything. */
function about({ draw_id: draw, n }) {
  if (!draw) return "";
  return n === undefined ? say("about-plan", { draw }) : say("about-drawn", { draw, n: n.toLocaleString("en") });
}

function verdict({ verdict: kind, failed, steps }) {
  if (failed === "bundle") return say("verdict-bundle");
  const count = (status) => steps.filter((step) => step.status === status).length;
  const number = steps.findIndex((step) => step.name === failed) + 1;
  const title = say(`step-${failed}`);
  return say(`verdict-${kind}`, { n: steps.length, ok: count("ok"), skipped: count("skipped"), number, title });
}

function line({ name, status, code, params }) {
  const item = document.createElement("li");
  item.className = "checks__item";
  item.dataset.step = name;
  item.dataset.status = status;
  const tag = document.createElement("span");
  tag.className = `tag tag--${{ ok: "green", failed: "red", skipped: "grey" }[status]}`;
  tag.textContent = say(`status-${status}`);
  const text = document.createElement("span");
  text.textContent = say(`step-${name}`);
  if (code) {
    const why = document.createElement("span");
    why.className = "hint";
    why.textContent = say(code, params);
    text.append(document.createElement("br"), why);
  }
  item.append(tag, text);
  return item;
}

function showReplay({ summary }, drawn) {
  show(part("replayed"), Boolean(drawn));
  if (drawnAddress) URL.revokeObjectURL(drawnAddress);
  drawnAddress = drawn ? URL.createObjectURL(drawn) : "";
  if (!drawn) return;
  part("download").href = drawnAddress;
  part("download").download = `${summary.draw_id}-drawn.csv`;
}

function entity({ entity: found, code, params }) {
  if (!found) return part("entity").replaceChildren(paragraph(say(code, params)));
  const card = part("entity-card").content.cloneNode(true);
  const share = found.D ? (100 * found.a) / found.D : 0;
  const outcome = found.drawn ? "entity-drawn" : found.threshold ? "entity-spared" : "entity-none";
  const told = { ...found, probability: `${found.a} / ${found.D} = ${Number(share.toPrecision(4))}%` };
  for (const slot of card.querySelectorAll("[data-of]")) slot.textContent = told[slot.dataset.of] || "—";
  card.querySelector("[data-of=outcome]").textContent = say(outcome);
  part("entity").replaceChildren(card);
}

function paragraph(text) {
  const element = document.createElement("p");
  element.className = "verifier__problem";
  element.textContent = text;
  return element;
}

// --- what the visitor does ---

const keyField = root.querySelector('[name="log_key"]');
const logKey = () => keyField.value.trim();

function checkZip(zip) {
  begin();
  start({ zip }, logKey());
}

/** Files picked one by one need no log; the key is only asked of them that have one. */
function checkFiles(files) {
  const logged = files.some(({ name }) => /(checkpoint|log\.json|earlier)$/.test(name));
  begin();
  start({ files }, logged ? logKey() : "");
}

async function checkSite(drawId) {
  const id = begin();
  percent(null);
  part("doing").textContent = say("downloading");
  try {
    const answer = await fetch(`/draws/${encodeURIComponent(drawId)}/evidence.zip`);
    const zip = answer.ok ? await answer.blob() : null;
    if (id !== running) return;
    if (zip) return start({ zip }, logKey() || keyField.dataset.own);
    refuse(say("download-failed", { status: answer.status }));
  } catch {
    if (id === running) refuse(say("download-failed", { status: "—" }));
  }
}

function refuse(text) {
  show(part("progress-part"), false);
  problem(text);
}

function pickedFiles(form) {
  const named = ["plan.json", "frame.csv", "reveals.json"].flatMap((name) => {
    const blob = form.elements[name].files[0];
    return blob ? [{ name, blob }] : [];
  });
  return [...named, ...[...form.elements.more.files].map((blob) => ({ name: blob.name, blob }))];
}

function onSubmit(name, act) {
  way(name)?.addEventListener("submit", (event) => {
    event.preventDefault();
    act(event.target);
  });
}

onSubmit("site", (form) => checkSite(form.elements.draw.value));
onSubmit("zip", (form) => {
  const [zip] = form.elements.zip.files;
  if (zip) checkZip(zip);
  else problem(say("no-zip"));
});
onSubmit("files", (form) => {
  const files = pickedFiles(form);
  if (files.length > 1) checkFiles(files);
  else problem(say("no-plan"));
});
onSubmit("entity", (form) => {
  worker.postMessage({ type: "entity", id: running, code: form.elements.code.value, salt: form.elements.salt.value });
});
part("fill-key").addEventListener("click", () => {
  keyField.value = keyField.dataset.own;
});
part("cancel").addEventListener("click", () => {
  dismiss();
  problem(say("stopped"));
});
root.addEventListener("dragover", (event) => event.preventDefault());
root.addEventListener("drop", (event) => {
  event.preventDefault();
  const files = [...event.dataTransfer.files];
  if (files.length === 1) checkZip(files[0]);
  else if (files.length) checkFiles(files.map((blob) => ({ name: blob.name, blob })));
});

listen();
show(root, true);
