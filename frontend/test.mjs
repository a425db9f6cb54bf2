// Bundles test/**/*.test.ts with esbuild and runs them with node's own test runner.
import { spawnSync } from "node:child_process";
import { globSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const here = import.meta.dirname;
const built = join(here, "node_modules/.tests");
const named = process.argv.slice(2);
const entryPoints = globSync("test/**/*.test.ts", { cwd: here }).filter((file) => named.length === 0 || named.some((part) => file.includes(part)));
rmSync(built, { recursive: true, force: true });
await build({
  absWorkingDir: here, entryPoints, outdir: built, outbase: "test", bundle: true, platform: "node", format: "esm",
  outExtension: { ".js": ".mjs" }, sourcemap: "inline", logLevel: "warning", define: { PRECACHE: "[]", FRONTEND: JSON.stringify(here) },
});
const { status } = spawnSync(process.execPath, ["--enable-source-maps", "--test", "--test-reporter=spec", `${built}/**/*.test.mjs`], { cwd: here, stdio: "inherit" });
process.exitCode = status ?? 1;
