// 承诺: a witness's secret is made here, in the browser, and never sent; only its commitment is.
import { bytesToHex, concatBytes, sha256, utf8ToBytes } from "../vendor/noble-hashes.js";

const TAG_LENGTH = 32;
const SECRET_LENGTH = 32;

/** The bytes of "draw/1 " + name, zero-padded to 32 bytes. */
function tag(name) {
  const padded = new Uint8Array(TAG_LENGTH);
  padded.set(utf8ToBytes(`draw/1 ${name}`));
  return padded;
}

/** SHA-256(TAG("commit") ‖ secret) as 64 hexadecimal digits. */
export function commitmentOf(secret) {
  return bytesToHex(sha256(concatBytes(tag("commit"), secret)));
}

function offer(part) {
  const find = (name) => part.querySelector(`[data-commitment-${name}]`);
  find("start").hidden = false;
  find("make").addEventListener("click", () => {
    const secret = crypto.getRandomValues(new Uint8Array(SECRET_LENGTH));
    const commitment = commitmentOf(secret);
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
