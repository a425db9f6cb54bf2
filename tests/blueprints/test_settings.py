"""You: what can be set, and what is said when it cannot be."""

import pytest

from tests.conftest import HTMX

PROFILE = {
    "name": "Ana",
    "time_zone": "Europe/Lisbon",
    "country": "GB",
    "get_ready_s": "0",
    "transition_s": "60",
    "least_rest_s": "15",
}


def test_the_page_shows_what_is_set(her):
    her.follows()
    page = her.get("/settings/").text
    for name in PROFILE:
        assert f'name="{name}"' in page
    assert 'action="/sign-out"' in page


def test_what_is_set_is_stored_and_shown(app, her):
    answer = her.post("/settings/profile", data=PROFILE)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/settings/")
    with app.app_context():
        user = her.user()
        assert (user.name, user.time_zone, user.country) == ("Ana", "Europe/Lisbon", "GB")
        assert (user.get_ready_s, user.transition_s, user.least_rest_s) == (0, 60, 15)
    page = her.get("/settings/").text
    assert 'value="Ana"' in page
    assert "999" in page


def test_htmx_gets_the_form_back(her):
    answer = her.post("/settings/profile", data=PROFILE, headers=HTMX)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert 'value="Ana"' in answer.text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "a" * 81),
        ("time_zone", "Mars/Base"),
        ("country", "XX"),
        ("get_ready_s", "21"),
        ("get_ready_s", "-1"),
        ("get_ready_s", ""),
        ("transition_s", "61"),
        ("transition_s", "ten"),
        ("least_rest_s", "1.5"),
        ("least_rest_s", "9" * 5000),
    ],
)
def test_what_cannot_be_comes_back_with_a_message_and_everything_typed(app, her, field, value):
    form = {**PROFILE, "name": "Typed", field: value}
    for headers in ({}, HTMX):
        answer = her.post("/settings/profile", data=form, headers=headers)
        assert answer.status_code == 422
        assert "aria-invalid" in answer.text or 'class="error' in answer.text
        if field != "name":
            assert 'value="Typed"' in answer.text
    with app.app_context():
        assert her.user().name == ""


def test_a_name_is_shown_as_it_was_typed_and_never_as_markup(her):
    name = "<b onclick=alert(1)>Ana & Bo</b> 👩‍👩‍👧 آنا"
    assert her.post("/settings/profile", data={**PROFILE, "name": name}).status_code == 303
    for url in ("/settings/", "/today"):
        page = her.get(url).text
        assert "<b onclick" not in page
    assert "&lt;b onclick=alert(1)&gt;Ana &amp; Bo&lt;/b&gt;" in her.get("/settings/").text


def test_another_zone_is_another_day(her):
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        assert her.post("/settings/profile", data={**PROFILE, "time_zone": zone}).status_code == 303
        assert her.get("/today").status_code == her.get("/check-in").status_code == 200
