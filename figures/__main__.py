"""Command line of the figure tool; see README.md."""

import argparse
import sys
from multiprocessing import Pool
from pathlib import Path

from figures import manifest

OUT = Path("test-results") / "figures"


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
    from figures import pose_files

    slugs = slugs or pose_files.slugs()
    if len(slugs) == 1:
        return work(slugs[0])
    faults = []
    with Pool() as pool:
        for found in pool.imap(work, slugs):
            faults += found
    return faults


def _opened(slug):
    """Return the figure and the drawing of `slug`."""
    from figures import dressing, pose_files
    from figures.body import Body

    drawing = pose_files.read(slug)
    return dressing.Figure(Body.load(drawing.body)), drawing


def _preview(slug):
    from figures import preview
    from figures.pose_files import DrawingError

    OUT.mkdir(parents=True, exist_ok=True)
    try:
        picture = preview.preview(*_opened(slug))
    except DrawingError as error:
        return [str(error)]
    target = OUT / f"{slug}.preview.png"
    picture.save(target)
    print(target)
    return []


def _lint(slug):
    from figures import lint
    from figures.pose_files import DrawingError

    try:
        return lint.faults_of(*_opened(slug))
    except DrawingError as error:
        return [str(error)]


def _render(slug):
    from figures import rendering

    faults = _lint(slug)
    if faults:
        return faults
    rendering.render(*_opened(slug), manifest.PICTURES)
    print(slug, flush=True)
    return []


def _render_all(slugs):
    faults = _each(_render, slugs)
    failed = {fault.split(".yaml")[0] for fault in faults}
    from figures import pose_files

    for slug in slugs or pose_files.slugs():
        if slug not in failed:
            manifest.record(slug)
    return faults


def _sheet(slugs):
    from figures import pose_files, sheet

    OUT.mkdir(parents=True, exist_ok=True)
    for target in sheet.sheets(slugs or pose_files.slugs(), manifest.PICTURES, OUT):
        print(target)
    return []


def _build_bodies(folder):
    from figures import body, body_data

    body_data.build(folder, body.FOLDER)
    return []


def _draw_body_map():
    from figures import body_map

    body_map.write()
    return []


COMMANDS = {
    "preview": lambda chosen: _each(_preview, chosen.slugs),
    "lint": lambda chosen: _each(_lint, chosen.slugs) + manifest_faults(chosen.slugs),
    "render": lambda chosen: _render_all(chosen.slugs),
    "sheet": lambda chosen: _sheet(chosen.slugs),
    "manifest": lambda chosen: manifest.faults(),
    "body": lambda chosen: _build_bodies(chosen.folder),
    "body-map": lambda chosen: _draw_body_map(),
}


def manifest_faults(slugs):
    """Return the stale pictures among `slugs`, or all that is wrong when none is named."""
    found = manifest.faults()
    return [fault for fault in found if not slugs or fault.split(".")[0].split(":")[0] in slugs]


if __name__ == "__main__":
    sys.exit(main())
