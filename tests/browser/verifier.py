"""What the tests of the browser's verifier have in common: bundles of a size, and its worker on a page."""

import base64
import gzip
import hashlib
import random
from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Page

from solver import merkle, seed
from solver.canonical import Alg, canonical

VERIFIER = "[data-verifier]"
#: Runs bundles (base64 of a zip, with the log's key) through one worker, one after the other.
RUN_ALL = """async ([address, jobs]) => {
  const worker = new Worker(address);
  const once = (message) => new Promise((resolve) => {
    worker.onmessage = ({ data }) => { if (data.type === "report" || data.type === "broken") resolve(data); };
    worker.postMessage(message);
  });
  const found = {};
  for (const [name, zip, logKey] of jobs) {
    const bytes = Uint8Array.from(atob(zip), (letter) => letter.charCodeAt(0));
    const answer = await once({ type: "verify", id: name, material: { zip: new Blob([bytes]) }, logKey });
    found[name] = answer.report ?? answer;
  }
  worker.terminate();
  return found;
}"""


def run_all(page: Page, jobs: Sequence[tuple[str, bytes, str | None]]) -> dict[str, Any]:
    """The reports of bundles ``(name, zip, log key)``, by name; the page is the verifier's."""
    address = page.locator(VERIFIER).get_attribute("data-verifier")
    coded = [(name, base64.b64encode(data).decode(), key or "") for name, data, key in jobs]
    found: dict[str, Any] = page.evaluate(RUN_ALL, [address, coded])
    return found


def register(number: int, *, sized: bool = False) -> list[bytes]:
    """An open register of ``number`` made-up entities in a thousand counties, the same every time."""
    chance = random.Random(7)
    lines = []
    for i in range(number):
        county, trade = chance.randrange(1000), "ABCDEFGHIJ"[chance.randrange(10)]
        cls = "AAAAABBBCD"[chance.randrange(10)]
        size = f",{chance.randrange(1_000_000)}" if sized else ""
        lines.append(f"91330100MA{i:07d}X,33{county:04d}/{trade},{cls}{size}".encode())
    return lines


RATE: dict[str, Any] = {"mode": "rate", "den": 1000, "rates": {"A": 10, "B": 30, "C": 100, "D": 300}}


def three_files(lines: Sequence[bytes], numbers: dict[str, Any], alg: Alg = "sha256") -> dict[str, bytes]:
    """Plan, packed frame and reveals of a draw by two parties."""
    secrets = [hashlib.sha256(b"party %d" % i).digest() for i in range(2)]
    plan: dict[str, Any] = {
        "v": "draw/1",
        "draw_id": "330100-2026-0001",
        "prev": "0" * 64,
        "register_root": merkle.root(lines, alg).hex(),
        "register_n": len(lines),
        "commits": [seed.commitment(secret, alg).hex() for secret in secrets],
    }
    plan |= numbers | ({"alg": alg} if alg != "sha256" else {})
    return {
        "plan.json": canonical(plan),
        "frame.csv.gz": gzip.compress(b"".join(line + b"\n" for line in lines), 6, mtime=0),
        "reveals.json": canonical([secret.hex() for secret in secrets]),
    }
