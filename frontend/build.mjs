// Builds fstpwa/static/dist: hashed names, manifest.json, the precache list, .br and .gz beside each file.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = import.meta.dirname;
const dist = join(here, "../fstpwa/static/dist");
/** Pages that are the same for everybody and kept as part of the shell: address -> template. */
const shellPages = { "/offline": "app/offline.html", "/offline/not-sent": "app/not_sent.html" };
const PAGE_JS_LIMIT = 30_000; // bytes, brotli
const PRECACHE_LIMIT = 150_000; // bytes, brotli

const shorten = (content) => createHash("sha256").update(content).digest("hex").slice(0, 10);
const optional = (file) => (existsSync(file) ? readFileSync(file, "utf8") : "");
const common = {
  bundle: true, minify: true, write: false, legalComments: "none", logLevel: "warning", absWorkingDir: here,
  target: ["chrome111", "firefox115", "safari16.4"], define: { "process.env.NODE_ENV": '"production"' },
};

async function bundle(entry, options = {}) {
  const { outputFiles } = await build({ ...common, entryPoints: [entry], ...options });
  return outputFiles[0].text;
}

function sprite() {
  const names = readFileSync(join(here, "icons.txt"), "utf8").split("\n").filter((line) => line && !line.startsWith("#"));
  const symbols = names.map((name) => {
    const source = readFileSync(join(here, "node_modules/lucide-static/icons", `${name}.svg`), "utf8");
    const shapes = source.slice(source.indexOf(">", source.indexOf("<svg")) + 1, source.lastIndexOf("</svg>"));
    return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" ` +
      `stroke-linejoin="round">${shapes.replace(/\s+/g, " ").replace(/> </g, "><").trim()}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
}

/** Write a file with its compressed copies, never half: other processes may be serving it. */
function put(name, text) {
  const content = Buffer.from(text);
  const brotli = brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length } });
  for (const [ending, bytes] of [["", content], [".br", brotli], [".gz", gzipSync(content, { level: 9 })]]) {
    const path = join(dist, name + ending);
    writeFileSync(`${path}.new`, bytes);
    renameSync(`${path}.new`, path);
  }
  sizes[name] = brotli.length;
  console.log(`${name.padEnd(28)} ${String(content.length).padStart(7)} B  ${String(brotli.length).padStart(6)} B br`);
}

const sizes = {};
mkdirSync(dist, { recursive: true });
const before = JSON.parse(optional(join(dist, "manifest.json")) || "{}");
const olderNames = JSON.parse(optional(join(dist, "previous.json")) || "[]");

const sources = {
  // First, because others load them by their addresses.
  "warm.js": "src/page/offline/warm.ts",
  "leaving.js": "src/page/leaving/main.ts",
  "upkeep.js": "src/page/upkeep.ts",
  "shown.js": "src/page/outbox/shown.ts",
  "outbox.js": "src/page/outbox/main.ts",
  "htmx.js": "src/page/htmx.ts",
  "page.js": "src/page/main.ts",
  "kept_sessions.js": "src/page/kept_sessions.ts",
  "today.js": "src/page/today.ts",
  "ahead.js": "src/page/offline/ahead.ts",
  "no_network.js": "src/page/offline/no_network.ts",
  "offline_settings.js": "src/page/offline_settings/main.ts",
  "movement.js": "src/page/movement.ts",
  "passkey.js": "src/page/passkey.ts",
  "sounds.js": "src/page/sounds.ts",
  "sound_check.js": "src/page/sound_check.ts",
  "carry.js": "src/page/carry.ts",
  "invitation.js": "src/page/invitation.ts",
  "push.js": "src/page/push/main.ts",
  "player.js": "src/page/player/main.ts",
  "routine_builder.js": "src/page/routine_builder/main.ts",
  "main.css": "styles/main.css",
  "accounts.css": "styles/by_page/accounts.css",
  "assign.css": "styles/by_page/assign.css",
  "client.css": "styles/by_page/client.css",
  "hand_out.css": "styles/by_page/hand_out.css",
  "library.css": "styles/by_page/library.css",
  "messages.css": "styles/by_page/messages.css",
  "offline.css": "styles/by_page/offline.css",
  "people.css": "styles/by_page/people.css",
  "player.css": "styles/by_page/player.css",
  "progress.css": "styles/by_page/progress.css",
  "questions.css": "styles/by_page/questions.css",
  "reminders.css": "styles/by_page/reminders.css",
  "routines.css": "styles/by_page/routines.css",
  "print.css": "styles/print.css",
};
const manifest = {};
for (const [name, entry] of Object.entries(sources)) {
  const address = (built) => JSON.stringify(`/static/dist/${manifest[built]}`);
  const addresses = { WARM: address("warm.js"), LEAVING: address("leaving.js"), UPKEEP: address("upkeep.js"), SHOWN: address("shown.js"), OUTBOX: address("outbox.js"), HTMX: address("htmx.js"), KEPT_SESSIONS: address("kept_sessions.js") };
  // Others call what is in these; everything else only runs.
  const script = { format: ["warm.js", "leaving.js", "shown.js", "kept_sessions.js"].includes(name) ? "esm" : "iife", define: { ...common.define, ...addresses } };
  const text = await bundle(entry, { external: ["/static/*"], ...(name.endsWith(".js") && script) });
  const [stem, ending] = name.split(".");
  manifest[name] = `${stem}.${shorten(text)}.${ending}`;
  put(manifest[name], text);
}
const symbols = sprite();
manifest["sprite.svg"] = `sprite.${shorten(symbols)}.svg`;
put(manifest["sprite.svg"], symbols);

// Such a page names built files, so its revision follows them as well as its own text.
const precache = Object.values(manifest).map((name) => ({ url: `/static/dist/${name}`, revision: null }));
for (const [url, template] of Object.entries(shellPages)) {
  precache.push({ url, revision: shorten(optional(join(here, "../fstpwa/templates", template)) + JSON.stringify(manifest)) });
}
put("sw.js", await bundle("src/worker/main.ts", { format: "iife", define: { ...common.define, PRECACHE: JSON.stringify(precache) } }));
put("manifest.json", JSON.stringify(manifest, null, 2));

// Pages already open still name the files of the build before: keep those for one more build.
const changed = JSON.stringify(before) !== JSON.stringify(manifest);
const previous = changed ? Object.values(before) : olderNames;
writeFileSync(join(dist, "previous.json"), JSON.stringify(previous));
const kept = new Set([...Object.values(manifest), ...previous, "sw.js", "manifest.json", "previous.json"]);
for (const file of readdirSync(dist)) {
  if (!kept.has(file.replace(/\.(br|gz)$/, ""))) rmSync(join(dist, file));
}

// All that every page loads, sooner or later.
const pageSize = ["page.js", "htmx.js", "upkeep.js", "outbox.js"].reduce((sum, name) => sum + sizes[manifest[name]], 0);
const precacheSize = Object.values(manifest).reduce((sum, name) => sum + sizes[name], 0);
console.log(`page JavaScript ${pageSize} B of ${PAGE_JS_LIMIT}, precache ${precacheSize} B of ${PRECACHE_LIMIT} (brotli, without the offline page)`);
if (pageSize > PAGE_JS_LIMIT || precacheSize > PRECACHE_LIMIT) {
  console.error("A size limit is broken.");
  process.exitCode = 1;
}
