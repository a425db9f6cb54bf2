"""Command line of the figure tool; see README.md."""

import argparse
import os
import sys
from multiprocessing import Pool
from pathlib import Path

from figures import body, body_data, body_map, lint, manifest, pose_files, preview, rendering, sheet
from figures.dressing import Figure
from figures.pose_files import DrawingError

OUT = Path(__file__).resolve().parent / "out"
"""Previews and sheets; not committed."""
CANNOT = (DrawingError, rendering.TooLarge, rendering.encode.TooLarge)


def main(arguments=None):
    """Run one command; returns 1 when something is wrong, with a line for each fault."""
    parser = argparse.ArgumentParser(prog="python -m figures", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, least in (("preview", "+"), ("lint", "*"), ("render", "*"), ("sheet", "*")):
        commands.add_parser(name).add_argument("slugs", nargs=least, metavar="slug")
    commands.add_parser("manifest")
    commands.add_parser("body").add_argument("folder", type=Path)
    commands.add_parser("body-map")
    chosen = parser.parse_args(arguments)
    faults = COMMANDS[chosen.command](chosen)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def _each(work, slugs):
    """Do `work(slug)` for all the slugs on every core; returns all the faults."""
    slugs = slugs or pose_files.slugs()
    if len(slugs) == 1:
        return work(slugs[0])
    with Pool() as pool:
        return [fault for found in pool.imap(work, slugs) for fault in found]


def _opened(slug):
    """Return the figure and the drawing of `slug`."""
    drawing = pose_files.read(slug)
    return Figure(body.Body.load(drawing.body)), drawing


def _preview(slug):
    try:
        picture = preview.preview(*_opened(slug))
    except DrawingError as error:
        return [str(error)]
    OUT.mkdir(parents=True, exist_ok=True)
    target = OUT / f"{slug}.preview.png"
    picture.save(target)
    print(os.path.relpath(target), flush=True)
    return []


def _lint(slug):
    try:
        return lint.faults_of(*_opened(slug))
    except DrawingError as error:
        return [str(error)]


def _render(slug):
    faults = _lint(slug)
    if faults:
        return faults
    try:
        rendering.render(*_opened(slug), manifest.PICTURES)
    except CANNOT as error:
        return [f"{slug}.yaml: {error}"]
    manifest.record(slug)
    print(slug, flush=True)
    return []


def _stale(slugs):
    """Return the stale pictures among `slugs`, or all that is wrong when none is named."""
    found = manifest.faults()
    return [fault for fault in found if not slugs or fault.split(".")[0].split(":")[0] in slugs]


def _sheet(chosen):
    OUT.mkdir(parents=True, exist_ok=True)
    for target in sheet.sheets(chosen.slugs or pose_files.slugs(), manifest.PICTURES, OUT):
        print(os.path.relpath(target))
    return []


def _build_bodies(chosen):
    body_data.build(chosen.folder, body.FOLDER)
    return []


def _draw_body_map(_chosen):
    body_map.write()
    return []


COMMANDS = {
    "preview": lambda chosen: _each(_preview, chosen.slugs),
    "lint": lambda chosen: _each(_lint, chosen.slugs) + _stale(chosen.slugs),
    "render": lambda chosen: _each(_render, chosen.slugs),
    "sheet": _sheet,
    "manifest": lambda _chosen: manifest.faults(),
    "body": _build_bodies,
    "body-map": _draw_body_map,
}


if __name__ == "__main__":
    sys.exit(main())
