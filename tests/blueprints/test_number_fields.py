"""Whole numbers in forms: the scale and the words for its ends are those of the content."""

import pytest
from flask import Flask
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict

from fstpwa.blueprints.number_fields import RatingField, WholeNumberField


class SampleForm(FlaskForm):
    pain = RatingField("Pain", measure="nprs")
    effort = RatingField("Effort", words=("none", "all"))
    minutes = WholeNumberField("Minutes", measure="morning_stiffness_min")


def sent(app: Flask, **values: str) -> SampleForm:
    with app.test_request_context():
        form = SampleForm(formdata=MultiDict(values))
        form.validate()
        return form


def test_a_rating_has_the_words_of_its_measure_or_its_own(app: Flask) -> None:
    form = sent(app)
    assert form.pain.anchors == ("no pain", "worst pain you can imagine")
    assert form.effort.anchors == ("none", "all")


def test_no_answer_is_none_and_zero_is_zero(app: Flask) -> None:
    form = sent(app, pain="0", effort=" ")
    assert (form.pain.data, form.effort.data, form.minutes.data) == (0, None, None)
    assert not form.errors


@pytest.mark.parametrize(
    ("name", "value", "range_in_words"),
    [
        ("pain", "11", "0 to 10"),
        ("effort", "-1", "0 to 10"),
        ("effort", "²", "0 to 10"),
        ("minutes", "241", "0 to 240"),
    ],
)
def test_what_is_off_the_scale_is_refused_in_words(
    app: Flask, name: str, value: str, range_in_words: str
) -> None:
    form = sent(app, **{name: value})
    assert form.errors == {name: [f"Choose a whole number from {range_in_words}."]}
    assert form[name].data is None
