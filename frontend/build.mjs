// Builds everything a browser receives: third-party files into api/static/vendor, our own styles into api/static.
// `--check` builds in memory and fails when a committed file differs.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync, existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { compile } from "sass";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const at = (...parts) => join(root, ...parts);
const version = (name) => JSON.parse(readFileSync(at("node_modules", name, "package.json"), "utf8")).version;

const packages = {
  "govuk-frontend": { licence: "MIT", text: at("frontend/licences/govuk-frontend.txt") },
  "@noble/hashes": { licence: "MIT", text: at("node_modules/@noble/hashes/LICENSE") },
  "@noble/curves": { licence: "MIT", text: at("node_modules/@noble/curves/LICENSE") },
  fflate: { licence: "MIT", text: at("node_modules/fflate/LICENSE") },
  leaflet: { licence: "BSD-2-Clause", text: at("node_modules/leaflet/LICENSE") },
};

function styles(name) {
  const result = compile(at("frontend/scss", `${name}.scss`), {
    style: "compressed",
    loadPaths: [at("node_modules")],
    quietDeps: true,
    charset: false,
  });
  // sass marks non-ASCII output with a byte-order mark; the pages are UTF-8 and say so.
  return Buffer.from(result.css.replace(/^\uFEFF/, "") + "\n");
}

async function bundle(name, format = "esm") {
  const result = await build({
    entryPoints: [at("frontend/js", `${name}.js`)],
    bundle: true,
    minify: true,
    format,
    target: "es2020",
    legalComments: "inline",
    write: false,
  });
  return Buffer.from(result.outputFiles[0].contents);
}

/** The style sheet of a package, its few pictures within it. */
async function packed(path) {
  const result = await build({
    entryPoints: [at("node_modules", path)],
    bundle: true,
    minify: true,
    loader: { ".png": "dataurl" },
    legalComments: "inline",
    write: false,
  });
  return Buffer.from(result.outputFiles[0].contents);
}

function licences() {
  const parts = ["# Third-party files in this folder\n"];
  for (const [name, { licence, text }] of Object.entries(packages)) {
    const body = readFileSync(text, "utf8").trim();
    parts.push(`## ${name} ${version(name)} (${licence})\n\n\`\`\`\n${body}\n\`\`\`\n`);
  }
  return Buffer.from(parts.join("\n"));
}

/** Whose code a file carries: of several packages, the first gives the version. */
const source = {
  "govuk-frontend.css": ["govuk-frontend"],
  "govuk-frontend.js": ["govuk-frontend"],
  "leaflet.css": ["leaflet"],
  "leaflet.js": ["leaflet"],
  "noble-hashes.js": ["@noble/hashes"],
  "verifier-worker.js": ["@noble/curves", "@noble/hashes", "fflate"],
};

const vendor = {
  "govuk-frontend.css": styles("govuk-frontend"),
  "govuk-frontend.js": await bundle("govuk-frontend"),
  "leaflet.css": await packed("leaflet/dist/leaflet.css"),
  "leaflet.js": await bundle("leaflet"),
  "noble-hashes.js": await bundle("noble-hashes"),
  // our own verifier with what it needs, in one file; a classic worker runs in older browsers too
  "verifier-worker.js": await bundle("verifier/worker", "iife"),
};

const digests = {};
for (const [file, bytes] of Object.entries(vendor)) {
  const [first, ...more] = source[file];
  digests[file] = {
    package: first,
    version: version(first),
    ...(more.length && { with: Object.fromEntries(more.map((name) => [name, version(name)])) }),
    sha256: createHash("sha256").update(bytes).digest("hex"),
  };
}
vendor["LICENSES.md"] = licences();
vendor["digests.json"] = Buffer.from(JSON.stringify(digests, null, 2) + "\n");

const built = { "app.css": styles("app"), "print.css": styles("print") };
for (const [file, bytes] of Object.entries(vendor)) built[`vendor/${file}`] = bytes;

if (process.argv.includes("--check")) {
  const stale = Object.entries(built)
    .filter(([file, bytes]) => !existsSync(at("api/static", file)) || !readFileSync(at("api/static", file)).equals(bytes))
    .map(([file]) => file);
  if (stale.length) {
    console.error(`out of date: ${stale.join(", ")}; run npm run vendor`);
    process.exit(1);
  }
} else {
  mkdirSync(at("api/static/vendor"), { recursive: true });
  for (const old of readdirSync(at("api/static/vendor"))) {
    if (!(old in vendor)) rmSync(at("api/static/vendor", old), { recursive: true });
  }
  for (const [file, bytes] of Object.entries(built)) {
    writeFileSync(at("api/static", file), bytes);
    console.log(`${file.padEnd(28)} ${String(bytes.length).padStart(8)} bytes`);
  }
}
