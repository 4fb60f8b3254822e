// Copies a digest to the clipboard, on plain-HTTP intranets too, where navigator.clipboard is withheld.

async function copy(element) {
  if (navigator.clipboard) return navigator.clipboard.writeText(element.textContent);
  const range = document.createRange();
  range.selectNodeContents(element);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
  if (!document.execCommand("copy")) throw new Error("the browser refused to copy");
}

/** Show each `[data-copy]` button; pressing it copies the text of the element it names. */
export function offerCopying(root) {
  for (const button of root.querySelectorAll("[data-copy]")) {
    const text = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await copy(document.getElementById(button.dataset.copy));
      } catch {
        return; // the digest stays on the page, to be selected by hand
      }
      button.textContent = button.dataset.copied;
      setTimeout(() => (button.textContent = text), 2000);
    });
  }
}
