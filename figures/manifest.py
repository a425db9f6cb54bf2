"""What the committed pictures were drawn from, so that CI sees a stale one without drawing.

Standard library only: `make check` runs this where the tool's own packages are missing.
"""

import ast
import fcntl
import hashlib
import json
from pathlib import Path

HERE = Path(__file__).resolve().parent
POSES = HERE / "poses"
MOVEMENTS = HERE.parent / "fstpwa" / "content" / "movements"
PICTURES = HERE.parent / "fstpwa" / "static" / "figures"
FILE = PICTURES / "manifest.json"

ENDINGS = (".avif", ".webp", ".anim.avif", ".svg")
LARGEST = {".avif": 25_000, ".webp": 25_000, ".anim.avif": 60_000}
"""Bytes; the line art's limit holds for its compressed size and is kept when it is written."""
LARGEST_IN_ALL = 8_000_000

_DO_NOT_DRAW = {
    "__init__",
    "__main__",
    "body_data",
    "body_map",
    "joint_angles",
    "lint",
    "manifest",
    "preview",
    "sheet",
}


def engine_hash(folder=HERE):
    """Return a hash of the code and bodies that draw; comments and docstrings do not count."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.py")):
        if path.stem not in _DO_NOT_DRAW:
            digest.update(path.name.encode())
            digest.update(_meaning(path).encode())
    for path in sorted((folder / "body").glob("*.npz")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _meaning(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [
                line
                for line in body
                if not (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))
            ]
    return ast.dump(tree)


def drawing_hash(slug, folder=POSES):
    """Return a hash of a drawing's file."""
    return hashlib.sha256((folder / f"{slug}.yaml").read_bytes()).hexdigest()[:16]


def read(file=FILE):
    """Return the manifest: slug -> {drawing, engine, files: {ending: hash}}."""
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def record(slug, file=FILE, poses=POSES):
    """Write down what the pictures of `slug` were just drawn from; several processes may."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with Path(__file__).open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        entries = read(file)
        entries[slug] = {
            "drawing": drawing_hash(slug, poses),
            "engine": engine_hash(),
            "files": {ending: _file_hash(file.parent / f"{slug}{ending}") for ending in ENDINGS},
        }
        text = json.dumps(dict(sorted(entries.items())), indent=1) + "\n"
        file.write_text(text, encoding="utf-8")


def _file_hash(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def faults(movements=MOVEMENTS, poses=POSES, pictures=PICTURES):
    """Return what does not fit, a sentence each: missing, stale, changed by hand, too large."""
    entries = read(pictures / FILE.name)
    engine = engine_hash()
    known = {path.stem for path in movements.glob("*.yaml")}
    drawn = {path.stem for path in poses.glob("*.yaml")}
    found = [f"{slug}.yaml: there is no movement of this name" for slug in sorted(drawn - known)]
    found += [f"{slug}: the movement has no drawing in poses/" for slug in sorted(known - drawn)]
    total = 0
    for slug in sorted(known & drawn):
        entry = entries.get(slug)
        if entry is None:
            found.append(f"{slug}.yaml: was never rendered")
            continue
        if entry["drawing"] != drawing_hash(slug, poses):
            found.append(f"{slug}.yaml: changed after its pictures were rendered")
        if entry["engine"] != engine:
            found.append(f"{slug}: rendered by an earlier state of the tool")
        for ending in ENDINGS:
            path = pictures / f"{slug}{ending}"
            if not path.is_file():
                found.append(f"{path.name}: is missing")
                continue
            size = path.stat().st_size
            total += size
            if _file_hash(path) != entry["files"][ending]:
                found.append(f"{path.name}: is not the file that was rendered")
            if size > LARGEST.get(ending, size):
                found.append(f"{path.name}: {size} bytes, more than {LARGEST[ending]}")
    if total > LARGEST_IN_ALL:
        found.append(f"all pictures: {total} bytes, more than {LARGEST_IN_ALL}")
    return found
