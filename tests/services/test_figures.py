"""Which pictures of a movement are used: whatever the figure tool drew."""

from pathlib import Path

import pytest
from flask import Flask, render_template_string

from fstpwa.services.figures import Figure, figure_of

EVERY = {"bridge.avif", "bridge.webp", "bridge.anim.avif", "bridge.svg"}
MACRO = '{% from "macros/figures.html" import figure as picture %}'


def drawn(folder: Path, *names: str) -> Figure | None:
    """What is found for "bridge" when the folder has these files."""
    for name in names:
        (folder / name).touch()
    return figure_of("bridge", folder)


def picture(app: Flask, figure: Figure | None, settings: str = "") -> str:
    with app.test_request_context():
        call = f'{{{{ picture(figure, "Bridge"{settings}) }}}}'
        return render_template_string(MACRO + call, figure=figure)


def test_all_four_files_are_used(tmp_path: Path) -> None:
    figure = drawn(tmp_path, *EVERY)
    assert figure is not None
    addresses = {figure.still_avif, figure.still_webp, figure.motion, figure.line_art}
    assert addresses == {f"/static/figures/{name}" for name in EVERY}


@pytest.mark.parametrize("name", ["bridge.avif", "bridge.webp"])
def test_one_still_is_enough_for_a_picture(app: Flask, tmp_path: Path, name: str) -> None:
    shown = picture(app, drawn(tmp_path, name))
    assert f'<img src="/static/figures/{name}" alt="Bridge"' in shown
    assert "<source" not in shown


@pytest.mark.parametrize("names", [(), ("bridge.svg",), ("bridge.anim.avif",), ("bridges.avif",)])
def test_without_a_still_there_is_the_placeholder(
    app: Flask, tmp_path: Path, names: tuple[str, ...]
) -> None:
    figure = drawn(tmp_path, *names)
    assert figure is None
    assert "not drawn yet" in picture(app, figure)


def test_motion_is_for_those_who_want_it_and_only_where_it_is_asked_for(
    app: Flask, tmp_path: Path
) -> None:
    figure = drawn(tmp_path, *EVERY)
    moving = picture(app, figure, ", moving=True")
    motion = 'media="(prefers-reduced-motion: no-preference)" srcset="/static/figures/bridge.anim.'
    assert motion in moving
    assert moving.index("bridge.anim.avif") < moving.index("bridge.avif")
    assert "anim" not in picture(app, figure)


def test_the_other_side_is_a_switch_that_needs_no_script(app: Flask, tmp_path: Path) -> None:
    figure = drawn(tmp_path, *EVERY)
    assert 'type="checkbox"' in picture(app, figure, ", two_sided=True")
    assert "checkbox" not in picture(app, figure)
    assert "checkbox" not in picture(app, None, ", two_sided=True")
