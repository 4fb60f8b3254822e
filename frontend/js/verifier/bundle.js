// 验证包: the public files of one draw, as a zip or picked one by one (docs/transparency-log.md, part 4).
import { isGzip, isZip, Plain, zipEntries } from "./packed.js";
import { NoBundle, Refusal } from "./refusal.js";

const NAMES = [
  "plan.json", "frame.csv.gz", "frame.csv", "reveals.json", "beacon.json", "campaign.json", "result.csv", "cells.json",
  "closing.json", "previous.json", "summary.json", "checkpoint", "log.json", "earlier", "verify_draw.py", "README.txt",
];
/** The most bytes that a bundle may have when unpacked. */
export const LIMIT = 2 ** 32;
const FRAMES = ["frame.csv.gz", "frame.csv"];

export class Bundle {
  /** `loose`: picked one by one, so that what is not there may exist all the same. */
  constructor(sources, loose) {
    this.sources = sources;
    this.loose = loose;
    const frames = FRAMES.filter((name) => sources.has(name));
    if (!sources.has("plan.json")) throw new NoBundle("bundle_missing", { name: "plan.json" });
    if (!frames.length) throw new NoBundle("bundle_missing", { name: "frame.csv.gz" });
    if (frames.length > 1) throw new NoBundle("bundle_two_frames");
    this.frame = sources.get(frames[0]);
    this.packed = frames[0].endsWith(".gz");
  }

  /** A frame is packed if its name says so, and only then; one that was picked by hand may have any name. */
  async checkPacking() {
    const agrees = this.loose || this.packed === (await isGzip(this.frame));
    if (!agrees) throw new Refusal("frame_gzip");
  }

  has(name) {
    return this.sources.has(name);
  }

  /** The bytes of a file, or null. */
  async bytes(name) {
    return (await this.sources.get(name)?.bytes()) ?? null;
  }
}

function collect(named, loose) {
  const sources = new Map();
  for (const [name, source] of named) {
    if (!NAMES.includes(name)) throw new NoBundle("bundle_unknown", { name });
    if (sources.has(name)) throw new NoBundle("bundle_duplicate", { name });
    sources.set(name, source);
  }
  return new Bundle(sources, loose);
}

/** Reads every file once before anything is believed: what cannot be unpacked is no bundle. */
export async function bundleOfZip(blob) {
  if (!(await isZip(blob))) throw new NoBundle("bundle_not_zip");
  const entries = await zipEntries(blob);
  const bundle = collect(entries.map((entry) => [entry.name, entry]), false);
  const size = entries.reduce((sum, entry) => sum + entry.length, 0);
  if (size > LIMIT) throw new NoBundle("bundle_too_large", { limit: LIMIT });
  for (const entry of entries) for await (const chunk of entry.chunks()) void chunk;
  return bundle;
}

/** The name in a bundle of a file that may have been saved as `<draw id>-plan.json`. */
export function nameInBundle(name) {
  const lower = name.toLowerCase();
  return NAMES.find((known) => lower === known.toLowerCase() || lower.endsWith(`-${known.toLowerCase()}`)) ?? name;
}

/** `files`: list of `{ name, blob }`. */
export function bundleOfFiles(files) {
  return collect(files.map(({ name, blob }) => [nameInBundle(name), new Plain(blob)]), true);
}
