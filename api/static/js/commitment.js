// 承诺: a witness's secret is made here, in the browser, and never sent; only its commitment is.
import { bytesToHex, digest, tag } from "../vendor/noble-hashes.js";

const SECRET_LENGTH = 32;

/** H(TAG("commit") ‖ secret) as 64 hexadecimal digits; `alg` is "sha256" or "sm3". */
export function commitmentOf(secret, alg = "sha256") {
  return bytesToHex(digest(alg, tag("commit"), secret));
}

/** The secret of a draw that follows from the secret kept for its pairing (pair/1, part 8). */
export function firstOf(second) {
  const purpose = new Uint8Array(32);
  purpose.set(new TextEncoder().encode("pair/1 secret"));
  return digest("sha256", purpose, second);
}

function offer(part) {
  const find = (name) => part.querySelector(`[data-commitment-${name}]`);
  find("start").hidden = false;
  find("make").addEventListener("click", () => {
    const random = crypto.getRandomValues(new Uint8Array(SECRET_LENGTH));
    const twice = "second" in part.dataset;
    const secret = twice ? firstOf(random) : random;
    const commitment = commitmentOf(secret, part.dataset.alg || "sha256");
    find("field").value = commitment;
    find("secret").textContent = bytesToHex(secret);
    if (twice) find("second").textContent = bytesToHex(random);
    find("result").hidden = false;
    find("make").disabled = true; // a second secret would leave the saved one worthless
    const text = part.dataset.text
      .replace("{draw}", part.dataset.draw)
      .replace("{secret}", bytesToHex(secret))
      .replace("{second}", bytesToHex(random))
      .replace("{commitment}", commitment);
    const link = find("download");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
    link.download = part.dataset.file;
    link.focus();
  });
}

for (const part of document.querySelectorAll("[data-commitment]")) offer(part);
