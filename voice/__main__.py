"""Command line of the voice tool; see README.md."""

import argparse
import sys

from voice import lines, manifest


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns 1 when something is wrong, with a line for each fault."""
    parser = argparse.ArgumentParser(prog="python -m voice", description=__doc__)
    parser.add_argument("command", choices=sorted(COMMANDS))
    chosen = parser.parse_args(arguments)
    faults = COMMANDS[chosen.command]()
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def _manifest() -> list[str]:
    return manifest.faults(lines.all_lines())


def _render() -> list[str]:
    # Only here: `manifest` runs where the packages that speak and listen are missing.
    from voice import render  # noqa: PLC0415

    render.render(lines.all_lines())
    return []


def _listen() -> list[str]:
    # Only here, as above.
    from voice import listening  # noqa: PLC0415

    for unread in listening.listen(lines.all_lines()):
        print(unread)
    return _manifest()


COMMANDS = {"listen": _listen, "manifest": _manifest, "render": _render}


if __name__ == "__main__":
    sys.exit(main())
