"""Headers, the same-origin rule, hosts and errors: the same on every answer."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from fstpwa import create_app
from fstpwa.access import public, signed_in
from fstpwa.config import Settings
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.services import devices
from tests.conftest import HTMX
from tests.given_secrets import SECRETS
from tests.whole_app import address, is_personal, rules, takes_json, things_of, values_of

PUBLIC_HOST = "good-days.example"
PUBLIC_URL = f"https://{PUBLIC_HOST}"

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

ANSWERS: dict[str, tuple[int, str, str, dict[str, object]]] = {
    "page": (200, "GET", "/", {}),
    "reading the headers only": (200, "HEAD", "/", {}),
    "fragment": (200, "GET", "/movements", {"headers": HTMX}),
    "file": (200, "GET", "/static/icons/favicon.svg", {}),
    "machine's answer": (503, "GET", "/healthz", {}),
    "redirect": (303, "GET", "/today", {}),
    "redirect to the slash": (308, "GET", "/settings", {}),
    "what is allowed": (200, "OPTIONS", "/try", {}),
    "bad request": (400, "POST", "/try", {"data": {"time_zone": "a\0b"}}),
    "nobody": (401, "POST", "/sign-out", {}),
    "nobody, htmx": (401, "GET", "/today", {"headers": HTMX}),
    "foreign": (403, "POST", "/try", {"headers": {"Sec-Fetch-Site": "cross-site"}}),
    "not found": (404, "GET", "/nowhere", {}),
    "not found, htmx": (404, "GET", "/nowhere", {"headers": HTMX}),
    "no such method": (405, "POST", "/healthz", {}),
    "too large": (413, "POST", "/try", {"data": {"time_zone": "a" * 300_000}}),
    "not a form": (415, "POST", "/try", {"json": {}}),
    "unknown host": (400, "GET", "/", {"base_url": "http://evil.example"}),
}


@pytest.fixture
def public_client(app: Flask, database_url: str) -> Iterator[FlaskClient]:
    """A browser of the app as it runs on a public address."""
    public_app = create_app(Settings(database_url=database_url, **SECRETS, public_url=PUBLIC_URL))
    public_app.testing = True
    yield public_app.test_client()
    with public_app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("kind", ANSWERS)
def test_the_headers_are_on_every_kind_of_answer(client, kind):
    status, method, path, request = ANSWERS[kind]

    answer = client.open(path, method=method, **request)

    if kind != "machine's answer":
        assert answer.status_code == status
    for name, value in ALWAYS.items():
        assert answer.headers[name] == value
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'nonce-")
    for part in (
        "style-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    ):
        assert part in policy
    assert "unsafe" not in policy
    assert "screen-wake-lock=(self)" in answer.headers["Permissions-Policy"]
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert "Cache-Control" in answer.headers
    assert "Server" not in answer.headers
    assert "Strict-Transport-Security" not in answer.headers
    if kind not in ("file", "what is allowed"):
        assert answer.headers["Cache-Control"] == "no-store"


def test_each_answer_has_its_own_nonce_and_its_scripts_bear_it(client):
    nonces = set()
    for _ in range(3):
        answer = client.get("/")
        nonce = nonce_of(answer)
        assert f'nonce="{nonce}"' in answer.text
        nonces.add(nonce)
    assert len(nonces) == 3
    assert all(len(nonce) >= 22 for nonce in nonces)


def nonce_of(answer: TestResponse) -> str:
    found = re.search(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"])
    assert found
    return found[1]


def test_no_page_for_somebody_signed_in_is_kept_by_the_browser(app, her):
    things = things_of(her)
    for rule in rules(app, "GET"):
        url = address(app, rule, values_of(rule, things))
        answer = her.get(url)
        if is_personal(app, rule) or "data-private" in answer.text:
            assert answer.headers["Cache-Control"] == "no-store", url
        fragment = her.get(url, headers=HTMX)
        if is_personal(app, rule):
            assert fragment.headers["Cache-Control"] == "no-store", url


def test_what_everybody_may_keep_says_nothing_about_anybody(app, her):
    things = things_of(her)
    visitor = app.test_client()
    for rule in rules(app, "GET"):
        url = address(app, rule, values_of(rule, things))
        answer = her.get(url)
        if answer.headers["Cache-Control"] != "no-store":
            assert answer.data == visitor.get(url).data, url
            assert "Set-Cookie" not in answer.headers


def test_a_public_address_asks_for_https_for_a_year(public_client):
    for path in ("/", "/nowhere", "/today"):
        answer = public_client.get(path, base_url=PUBLIC_URL)
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_on_a_public_address_the_cookie_is_bound_to_the_host_and_to_https(public_client):
    answer = try_it(public_client, base_url=PUBLIC_URL)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-good-days=")
    for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert flag in cookie.split("; ")
    assert "Domain" not in cookie
    assert public_client.get("/today", base_url=PUBLIC_URL).status_code == 200


def test_on_loopback_the_cookie_has_a_plain_name(client):
    cookie = try_it(client).headers["Set-Cookie"]
    assert cookie.startswith("good-days=")
    assert "Secure" not in cookie
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


def test_the_cookie_of_loopback_opens_nothing_on_a_public_address(public_client, her):
    token = her.client.get_cookie("good-days").value
    public_client.set_cookie("good-days", token, domain=PUBLIC_HOST)
    assert public_client.get("/today", base_url=PUBLIC_URL).status_code == 303


def try_it(client: FlaskClient, **request: object) -> TestResponse:
    answer = client.post("/try", headers={"Sec-Fetch-Site": "same-origin"}, **request)
    assert answer.status_code == 303
    return answer


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "localhost:8000"])
def test_loopback_names_are_answered(client, host):
    assert client.get("/", base_url=f"http://{host}").status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.2", "x y", ""])
def test_other_host_names_are_refused(client, host):
    answer = client.get("/", headers={"Host": host})
    assert answer.status_code == 400
    assert "try" not in answer.headers.get("Location", "")


def test_a_public_address_answers_to_its_own_name_only(public_client):
    assert public_client.get("/", base_url=PUBLIC_URL).status_code == 200
    for host in ("localhost", f"x.{PUBLIC_HOST}", "127.0.0.1"):
        assert public_client.get("/", base_url=f"https://{host}").status_code == 400


OWN = "http://localhost:8000"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Sec-Fetch-Site": ""}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": OWN}, 403),
        ({"Origin": OWN}, 303),
        ({"Origin": "http://127.0.0.1:8000"}, 303),
        ({"Origin": "http://localhost:9000"}, 403),
        ({"Origin": "https://localhost:8000"}, 403),
        ({"Origin": OWN + ".evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Referer": OWN + "/"}, 403),
    ],
)
def test_only_our_own_pages_may_change_anything(app, headers, status):
    client = plain_client(app)
    assert client.post("/try", headers=headers).status_code == status
    assert client.get("/", headers=headers).status_code in (200, 303)


def plain_client(app: Flask) -> FlaskClient:
    """Return a browser that sends nothing of its own accord."""
    return FlaskClient(app, app.response_class)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_every_address_refuses_foreign_pages_before_it_looks_at_anything(app, her, method):
    things = things_of(her)
    browser = plain_client(app)
    browser.set_cookie("good-days", her.client.get_cookie("good-days").value)
    for rule in rules(app):
        url = address(app, rule, values_of(rule, things))
        assert browser.open(url, method=method).status_code == 403, url


def test_on_a_public_address_only_its_own_origin_counts(public_client):
    for origin, status in ((PUBLIC_URL, 303), (OWN, 403), (f"http://{PUBLIC_HOST}", 403)):
        answer = public_client.post("/try", base_url=PUBLIC_URL, headers={"Origin": origin})
        assert answer.status_code == status


def test_without_a_session_htmx_is_told_to_leave_the_page(app, client, her):
    things = things_of(her)
    for rule in rules(app):
        if not is_personal(app, rule) or takes_json(rule):
            continue
        url = address(app, rule, values_of(rule, things))
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        answer = client.open(url, method=method, headers=HTMX)
        assert answer.status_code == 401, url
        assert answer.headers["HX-Redirect"] == "/"
        assert answer.data == b""


def test_errors_are_a_page_to_a_browser_and_a_fragment_to_htmx(client):
    assert "<html" in client.get("/nowhere").text
    fragment = client.get("/nowhere", headers=HTMX)
    assert fragment.status_code == 404
    assert "<html" not in fragment.text
    assert 'role="alert"' in fragment.text


@pytest.fixture
def breaks(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Exception], None]:
    """Return a function that makes a view write something, then raise an error."""
    monkeypatch.setattr(app, "testing", False)

    def break_view(endpoint: str, error: Exception) -> None:
        def view(**_values: object) -> str:
            for user in db.session.scalars(db.select(User)):
                user.name = "half-written"
            if endpoint == "settings.change_profile":
                db.session.flush()
            raise error

        mark = public if endpoint == "app.offline" else signed_in
        monkeypatch.setitem(app.view_functions, endpoint, mark(view))

    return break_view


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_an_unexpected_error_shows_no_trace_and_leaves_nothing_half_written(
    app, her, breaks, headers, capsys
):
    breaks("settings.change_profile", RuntimeError("secret detail"))

    answer = her.post("/settings/profile", headers=headers)

    assert answer.status_code == 500
    for word in ("secret detail", "Traceback", "RuntimeError", ".py"):
        assert word not in answer.text
    assert "Nothing you wrote was changed" in answer.text
    assert ("<html" in answer.text) == (headers == {})
    assert answer.headers["Cache-Control"] == "no-store"
    with app.app_context():
        assert her.user().name == ""


def test_an_unexpected_error_of_a_public_page_says_nothing_either(client, breaks, capsys):
    breaks("app.offline", ValueError("secret detail"))
    answer = client.get("/offline")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text


def test_a_database_that_does_not_answer_is_said_and_to_be_tried_again(her, breaks, capsys):
    breaks("settings.change_profile", OperationalError("secret statement", {}, Exception("away")))
    answer = her.post("/settings/profile")
    assert answer.status_code == 503
    assert "try again in a minute" in answer.text
    assert "secret statement" not in answer.text


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/"), ("GET", "/today"), ("GET", "/nowhere"), ("POST", "/sign-in"), ("PUT", "/today")],
)
def test_an_error_page_needs_no_database_to_know_who_asks(
    app, her, monkeypatch, method, path, capsys
):
    def away(*_arguments: object, **_named: object) -> None:
        raise OperationalError("secret statement", {}, Exception("away"))

    monkeypatch.setattr(devices, "device_of_token", away)

    answer = her.client.open(path, method=method, data={"email": "x"} if method == "POST" else None)

    assert answer.status_code == 503
    assert "try again in a minute" in answer.text
    assert "secret statement" not in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    for name, value in ALWAYS.items():
        assert answer.headers[name] == value


@pytest.mark.parametrize("name", ["remember_token", "session", "_remember"])
def test_no_cookie_of_somebody_elses_making_signs_anybody_out(her, name):
    her.client.set_cookie(name, "x")
    assert her.get("/today").status_code == 200


def test_a_proxy_is_believed_only_if_it_was_configured(app, client, database_url):
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    assert (
        client.get("/settings", headers=forged)
        .headers["Location"]
        .startswith(("/settings/", "http://localhost/settings/"))
    )
    behind = create_app(
        Settings(
            database_url=database_url,
            **SECRETS,
            public_url=PUBLIC_URL,
            trusted_proxies=1,
        )
    )
    proxied = {"X-Forwarded-Host": PUBLIC_HOST, "X-Forwarded-Proto": "https"}
    answer = behind.test_client().get("/", base_url="http://127.0.0.1:8000", headers=proxied)
    assert answer.status_code == 200
    with behind.app_context():
        db.engine.dispose()
