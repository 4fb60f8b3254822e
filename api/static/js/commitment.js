// 承诺: a witness's secret is made here, in the browser, and never sent; only its commitment is.
import { bytesToHex, digest, tag } from "../vendor/noble-hashes.js";

const SECRET_LENGTH = 32;

/** H(TAG("commit") ‖ secret) as 64 hexadecimal digits; `alg` is "sha256" or "sm3". */
export function commitmentOf(secret, alg = "sha256") {
  return bytesToHex(digest(alg, tag("commit"), secret));
}

function offer(part) {
  const find = (name) => part.querySelector(`[data-commitment-${name}]`);
  find("start").hidden = false;
  find("make").addEventListener("click", () => {
    const secret = crypto.getRandomValues(new Uint8Array(SECRET_LENGTH));
    const commitment = commitmentOf(secret, part.dataset.alg || "sha256");
    find("field").value = commitment;
    find("secret").textContent = bytesToHex(secret);
    find("result").hidden = false;
    find("make").disabled = true; // a second secret would leave the saved one worthless
    const text = part.dataset.text
      .replace("{draw}", part.dataset.draw)
      .replace("{secret}", bytesToHex(secret))
      .replace("{commitment}", commitment);
    const link = find("download");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
    link.download = part.dataset.file;
    link.focus();
  });
}

for (const part of document.querySelectorAll("[data-commitment]")) offer(part);
