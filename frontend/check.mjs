// Checks the types of pages and worker; node calls this through npm so that no node is needed on PATH.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const compiler = join(import.meta.dirname, "node_modules/typescript/bin/tsc");
for (const project of ["tsconfig.page.json", "tsconfig.worker.json"]) {
  const { status } = spawnSync(process.execPath, [compiler, "--project", project], { cwd: import.meta.dirname, stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
  console.log(`${project}: ${status === 0 ? "no errors" : "errors"}`);
}
