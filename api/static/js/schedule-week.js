// 周历: a card is dragged to another day, or 改到… is pressed; the server judges at once, and nothing changes before
// it is confirmed. Without scripts the link leads to a page that does the same.
const week = document.querySelector("[data-week]");
const dialog = document.querySelector("#move-dialog");
const part = (name) => dialog.querySelector(`[data-move-${name}]`);
const form = part("form");
const token = form.elements.csrf_token.value;
const words = dialog.dataset;
let dragged = null;

const address = (visit, what) => `${week.dataset.week}/visits/${encodeURIComponent(visit)}/${what}`;
const line = (text, kind = "p") => Object.assign(document.createElement(kind), { textContent: text });

function list(lines, name = "") {
  const made = document.createElement("ul");
  made.className = `list ${name}`.trim();
  for (const text of lines) made.append(line(text, "li"));
  return made;
}

function open(card, title) {
  part("title").textContent = title;
  part("about").textContent = card.dataset.name;
  form.hidden = true;
  say(line(words.wait));
  if (!dialog.open) dialog.showModal();
  part("title").focus();
}

function say(...nodes) {
  part("body").replaceChildren(...nodes);
}

async function ask(url, options = {}) {
  const answer = await fetch(url, { ...options, headers: { accept: "application/json" }, cache: "no-store" });
  if (!answer.ok && answer.status !== 422) throw new Error(answer.statusText);
  return answer.json();
}

/** What moving the card's visit to `day` would mean; the button confirms it. */
async function judge(card, day) {
  open(card, words.wait);
  try {
    const body = new URLSearchParams({ csrf_token: token, day });
    const verdict = await ask(address(card.dataset.visit, "try"), { method: "POST", body });
    part("title").textContent = `${verdict.allowed ? words.yes : words.no}：${verdict.day}`;
    const told = [line(verdict.sentence)];
    if (verdict.more.length) told.push(list(verdict.more));
    say(...told);
    form.action = address(card.dataset.visit, "move");
    form.elements.day.value = day;
    form.hidden = !verdict.allowed;
    if (verdict.allowed) form.querySelector("button").focus();
    else part("close").focus();
  } catch {
    part("title").textContent = words.no;
    say(line(words.lost));
  }
}

/** The next-best days of the card's visit, each a button. */
async function choose(card) {
  open(card, words.choose);
  try {
    const { days } = await ask(address(card.dataset.visit, "days.json"));
    if (!days.length) return say(line(words.none));
    const made = document.createElement("ul");
    made.className = "choices";
    for (const each of days) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "choices__day" });
      button.append(line(each.title, "strong"), line(each.cost, "span"));
      button.addEventListener("click", () => judge(card, each.day));
      const item = document.createElement("li");
      item.append(button);
      made.append(item);
    }
    say(made);
    made.querySelector("button").focus();
  } catch {
    say(line(words.lost));
  }
}

function mark(card) {
  const days = card ? card.dataset.days.split(" ") : [];
  for (const column of week.querySelectorAll("[data-day]")) {
    column.classList.toggle("week__day--open", Boolean(card) && days.includes(column.dataset.day));
    column.classList.toggle("week__day--shut", Boolean(card) && !days.includes(column.dataset.day));
    column.classList.remove("week__day--over");
  }
}

week.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-visit][draggable]");
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.visit);
  mark(dragged);
});
week.addEventListener("dragend", () => {
  dragged = null;
  mark(null);
});
for (const column of week.querySelectorAll("[data-day]")) {
  column.addEventListener("dragover", (event) => {
    if (!dragged) return;
    event.preventDefault();
    column.classList.add("week__day--over");
  });
  column.addEventListener("dragleave", (event) => {
    if (!column.contains(event.relatedTarget)) column.classList.remove("week__day--over");
  });
  column.addEventListener("drop", (event) => {
    if (!dragged) return;
    event.preventDefault();
    const card = dragged;
    mark(null);
    if (card.closest("[data-day]") !== column) judge(card, column.dataset.day);
  });
}
week.addEventListener("click", (event) => {
  const link = event.target.closest("[data-move]");
  if (!link) return;
  event.preventDefault();
  dialog.returnTo = link;
  choose(link.closest("[data-visit]"));
});
part("close").addEventListener("click", () => dialog.close());
dialog.addEventListener("close", () => dialog.returnTo?.focus());
