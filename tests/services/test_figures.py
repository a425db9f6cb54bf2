"""Which pictures of a movement are used: whatever the figure tool drew, and what they show."""

import re
from pathlib import Path

import pytest
from flask import Flask, render_template_string

from fstpwa.content import library
from fstpwa.services.figures import Figure, figure_of, in_words
from fstpwa.services.file_versions import version_of

EVERY = {"bridge.avif", "bridge.webp", "bridge.anim.avif", "bridge.svg"}
MACRO = '{% from "macros/figures.html" import figure as picture %}'


def drawn(folder: Path, *names: str) -> Figure | None:
    """What is found for "bridge" when the folder has these files."""
    for name in names:
        (folder / name).write_text(name)
    return figure_of("bridge", folder)


def picture(app: Flask, figure: Figure | None, settings: str = "") -> str:
    with app.test_request_context():
        call = f'{{{{ picture(figure, "Bridge"{settings}) }}}}'
        return render_template_string(MACRO + call, figure=figure)


def test_all_four_files_are_used(tmp_path: Path) -> None:
    figure = drawn(tmp_path, *EVERY)
    assert figure is not None
    addresses = {figure.still_avif, figure.still_webp, figure.motion, figure.line_art}
    versions = {name: version_of(tmp_path / name) for name in EVERY}
    assert addresses == {f"/static/figures/{name}?v={v}" for name, v in versions.items()}
    assert len(set(versions.values())) == 4


@pytest.mark.parametrize("name", ["bridge.avif", "bridge.webp"])
def test_one_still_is_enough_for_a_picture(app: Flask, tmp_path: Path, name: str) -> None:
    shown = picture(app, drawn(tmp_path, name))
    assert (
        f'<img src="/static/figures/{name}?v={version_of(tmp_path / name)}" alt="Bridge"' in shown
    )
    assert "<source" not in shown
    assert "figure-print" not in shown


@pytest.mark.parametrize("names", [(), ("bridge.svg",), ("bridge.anim.avif",), ("bridges.avif",)])
def test_without_a_still_there_is_the_placeholder(
    app: Flask, tmp_path: Path, names: tuple[str, ...]
) -> None:
    figure = drawn(tmp_path, *names)
    assert figure is None
    assert "not drawn yet" in picture(app, figure)


def test_the_page_begins_with_the_still_and_says_how_large_it_is(
    app: Flask, tmp_path: Path
) -> None:
    shown = picture(app, drawn(tmp_path, *EVERY))
    before_the_script = shown[shown.index("<picture>") : shown.index("</picture>")]
    assert "anim" not in before_the_script
    assert 'width="800" height="640"' in before_the_script
    assert 'fetchpriority="high"' in before_the_script
    assert "lazy" not in before_the_script


def test_motion_comes_with_a_button_that_stops_it(app: Flask, tmp_path: Path) -> None:
    moving = picture(app, drawn(tmp_path, *EVERY))
    assert 'data-motion="/static/figures/bridge.anim.avif?v=' in moving
    assert 'data-figure="toggle"' in moving
    (tmp_path / "other").mkdir()
    still = picture(app, drawn(tmp_path / "other", "bridge.avif", "bridge.webp"))
    assert "data-motion" not in still
    assert "<button" not in still


def test_the_drawing_is_for_paper_and_hidden_from_screen_readers(
    app: Flask, tmp_path: Path
) -> None:
    shown = picture(app, drawn(tmp_path, *EVERY))
    drawing = re.search(r'<img class="figure-print"[^>]*>', shown)
    assert drawing
    assert 'src="/static/figures/bridge.svg?v=' in drawing[0]
    assert 'alt=""' in drawing[0]
    assert 'loading="lazy"' in drawing[0]


def test_the_other_side_is_a_choice_that_needs_no_script(app: Flask, tmp_path: Path) -> None:
    figure = drawn(tmp_path, *EVERY)
    two_sided = picture(app, figure, ", two_sided=True")
    assert re.findall(r'type="radio" name="figure-side" value="(\w+)"( checked)?', two_sided) == [
        ("left", " checked"),
        ("right", ""),
    ]
    assert "radio" not in picture(app, figure)
    assert "radio" not in picture(app, None, ", two_sided=True")


def test_what_a_picture_shows_is_said_in_the_movements_own_words() -> None:
    said = in_words(library().movements["half-kneeling-hip-flexor"])
    assert said == (
        "Half-kneeling hip flexor stretch, starting like this: half-kneel with a pad under the back "
        "knee, hand on a chair. You feel it here: front of the back-leg hip."
    )


def test_every_picture_is_said_in_whole_sentences_without_a_side() -> None:
    for movement in library().movements.values():
        said = in_words(movement)
        assert said.endswith("."), said
        assert len(said) < 320, said
        assert not re.search(r"(?i)\b(image|picture|photo|left|right side)\b", said), said
