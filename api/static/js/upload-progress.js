// Follows a long job: reads its JSON address once a second and moves the <progress> bar.
// The JSON says {state: "running" | "done" | "failed", done, total, message, next}; `next` is where to go when done.

const PAUSE = 1000;
const LONGEST_PAUSE = 15000;

function show(part, job) {
  const bar = part.querySelector("progress");
  if (job.total) {
    bar.max = job.total;
    bar.value = job.done;
  } else {
    bar.removeAttribute("value"); // how much there is to do is not known yet
  }
  const count = job.total ? `${job.done.toLocaleString("en")} / ${job.total.toLocaleString("en")}` : job.done.toLocaleString("en");
  part.querySelector("[data-progress-count]").textContent = count;
  part.querySelector("[data-progress-message]").textContent = job.message ?? "";
  part.dataset.state = job.state;
}

async function follow(part) {
  let pause = PAUSE;
  for (;;) {
    try {
      const answer = await fetch(part.dataset.progress, { headers: { accept: "application/json" }, cache: "no-store" });
      if (!answer.ok) throw new Error(answer.statusText);
      const job = await answer.json();
      show(part, job);
      pause = PAUSE;
      if (job.state === "done" || job.state === "failed") {
        if (job.next) location.assign(job.next);
        return;
      }
    } catch {
      part.querySelector("[data-progress-message]").textContent = part.dataset.lost;
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** Follow every `[data-progress]` under `root`. */
export function followProgress(root) {
  for (const part of root.querySelectorAll("[data-progress]")) follow(part);
}
