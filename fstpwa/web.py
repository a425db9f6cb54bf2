"""Answers: htmx or plain, errors, headers, the same-origin rule, typed parts of addresses."""

import secrets
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from time import perf_counter
from urllib.parse import urldefrag, urlsplit

from flask import (
    Flask,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, get_locale
from flask_login import current_user
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import (
    BadRequest,
    Forbidden,
    HTTPException,
    RequestEntityTooLarge,
    UnsupportedMediaType,
)
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter, ValidationError

from fstpwa import log
from fstpwa.api_errors import api_error
from fstpwa.config import Settings
from fstpwa.domain.days import clock_time, long_day, minutes_ahead, short_day, weekday_name
from fstpwa.domain.email_address import readable
from fstpwa.domain.errors import (
    Conflict,
    GoodDaysError,
    InvalidValue,
    NotAllowed,
    NotFound,
    NotSent,
    TooMany,
)
from fstpwa.extensions import db, read_only
from fstpwa.services import storage
from fstpwa.services.storage import Fault

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
API = "/api/"
"""Below it scripts send JSON and get JSON, errors too. Everywhere else only forms are read."""
JSON_TYPES = frozenset({"application/json"})

STATUS_OF_ERROR: dict[type[GoodDaysError], int] = {
    InvalidValue: 422,
    NotFound: 404,
    NotAllowed: 404,
    Conflict: 409,
    TooMany: 429,
    NotSent: 503,
}

MESSAGE_OF_STATUS = {
    400: "The browser sent something this page does not understand.",
    401: "You are not signed in on this device, so nothing was saved. Please start or sign in first.",
    403: "That was not sent from this app's own pages, so it was not carried out.",
    404: "There is nothing here. It may have been removed, or the address may have a slip in it.",
    405: "That address does not do that.",
    409: "That clashes with what is already stored.",
    413: "That is too much to send at once.",
    415: "The browser sent something in a form this page does not read.",
    422: "Something in there cannot be used as it is.",
    503: "The app cannot reach its records just now. Please try again in a minute.",
    507: "There is no room on the server just now. What you wrote is kept on this phone where the "
    "app can, else it is still in the form.",
}

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; "
    "img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types {policies}"
)
TRUSTED_TYPES_POLICIES = "htmx good-days"

PERMISSIONS_POLICY = (
    "accelerometer=(self), autoplay=(self), camera=(), display-capture=(), geolocation=(), "
    "gyroscope=(self), microphone=(), midi=(), payment=(), "
    "publickey-credentials-create=(self), publickey-credentials-get=(self), "
    "screen-wake-lock=(self), usb=()"
)


class SlugConverter(BaseConverter):
    """A content identity: small letters, digits and hyphens."""

    regex = r"[a-z0-9]+(?:-[a-z0-9]+)*"


class DayConverter(BaseConverter):
    """A calendar day as 2026-03-29."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        """Read the day; an impossible one is Not found."""
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValidationError from None

    def to_url(self, value: date) -> str:
        """Write the day."""
        return value.isoformat()


class TokenConverter(BaseConverter):
    """A long random or signed text: letters, digits, hyphens, underscores and dots."""

    regex = r"[A-Za-z0-9_.-]+"


def is_htmx() -> bool:
    """Whether htmx sent the request, so that a fragment is wanted."""
    return request.headers.get("HX-Request") == "true"


def is_api() -> bool:
    """Whether a script asked, which gets JSON whatever the answer is."""
    return request.path.startswith(API)


def is_warming() -> bool:
    """Whether a phone fetches a page ahead: nobody looks at it, so nothing is used up by it."""
    return request.headers.get("X-Warm") == "1"


def htmx_redirect(url: str) -> Response:
    """Tell htmx to leave for `url`: 401, so that nothing is swapped."""
    response = Response(status=HTTPStatus.UNAUTHORIZED)
    response.headers["HX-Redirect"] = url
    return response


def after_post(partial: str, *, otherwise: str, **context: object) -> ResponseReturnValue:
    """Answer a POST that succeeded: the partial to htmx, else a redirect to `otherwise`."""
    if is_htmx():
        return render_template(partial, **context)
    return redirect(otherwise, code=303)


def go_to(url: str) -> ResponseReturnValue:
    """Answer a POST that succeeded by going to another page, with htmx or without."""
    if is_htmx():
        response = Response(status=HTTPStatus.OK)
        # To a place of the page it is on, a browser only scrolls: it has to load the page.
        here = urlsplit(request.headers.get("HX-Current-URL", "")).path
        page = urldefrag(url).url
        response.headers["HX-Redirect"] = page if page == here else url
        return response
    return redirect(url, code=303)


def invalid_form(page: str, partial: str, **context: object) -> ResponseReturnValue:
    """Answer a form that cannot be used: 422 with the form, everything typed still in it."""
    template = partial if is_htmx() else page
    g.is_not_yet = True  # the title of the page says so
    return render_template(template, **context), HTTPStatus.UNPROCESSABLE_ENTITY


def csp_nonce() -> str:
    """Return this answer's nonce for scripts and htmx elements."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def language() -> str:
    """Return the locale to answer in: the one the person chose, else British English."""
    return str(current_user.language) if current_user.is_authenticated else "en_GB"


def language_tag() -> str:
    """Return the language of the page for its `lang`, as en-GB."""
    return str(get_locale() or "en_GB").replace("_", "-")


def clock_ahead(zone: str) -> str:
    """Return how many minutes the clock of `zone` is ahead of UTC, now and in two weeks: "60 0".

    The page compares it with its own clock (frontend/src/page/push/clocks.ts).
    """
    now = datetime.now(UTC)
    return f"{minutes_ahead(now, zone)} {minutes_ahead(now + timedelta(days=14), zone)}"


def settings() -> Settings:
    """Return the settings of the running app."""
    found: Settings = current_app.config["GOOD_DAYS"]
    return found


def init_app(app: Flask) -> None:
    """Give `app` its converters, request rules, headers and error pages."""
    app.url_map.converters["slug"] = SlugConverter
    app.url_map.converters["day"] = DayConverter
    app.url_map.converters["token"] = TokenConverter
    app.before_request(_begin)
    app.before_request(_refuse_foreign_origin)
    app.before_request(_refuse_what_no_form_sends)
    app.before_request(_refuse_null_characters)
    app.after_request(_log_request)
    app.after_request(_note_written)
    app.after_request(_set_headers)
    app.teardown_request(_end)
    app.register_error_handler(GoodDaysError, _answer_error)
    app.register_error_handler(HTTPException, _answer_http_error)
    app.register_error_handler(DBAPIError, _answer_database_fault)
    app.register_error_handler(Exception, _answer_unexpected)
    app.jinja_env.filters["readable_address"] = readable
    app.jinja_env.globals.update(
        csp_nonce=csp_nonce,
        current_user=current_user,
        language_tag=language_tag,
        clock_ahead=clock_ahead,
        clock_time=clock_time,
        weekday_name=weekday_name,
        short_day=short_day,
        long_day=long_day,
    )
    proxies = app.config["GOOD_DAYS"].trusted_proxies
    if proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # the documented way
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies
        )


def _begin() -> None:
    g.request_id = log.new_request_id()
    g.began = perf_counter()
    g.read_only_token = read_only.set(request.method in SAFE_METHODS)


def _end(_error: BaseException | None) -> None:
    token = g.pop("read_only_token", None)
    if token is not None:
        read_only.reset(token)


def _refuse_foreign_origin() -> None:
    """Let unsafe methods in only from our own pages; no token that could go stale."""
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site != "same-origin":
            raise Forbidden
    elif request.headers.get("Origin") not in own_origins(settings()):
        raise Forbidden


def own_origins(current: Settings) -> frozenset[str]:
    """Return the origins whose forms are ours: one in public, this machine's names on loopback."""
    if current.is_public:
        return frozenset({current.origin})
    return frozenset(f"http://{name}:{current.port}" for name in ("localhost", "127.0.0.1"))


def trusted_hosts(current: Settings) -> list[str]:
    """Return the host names the app answers to."""
    if current.is_public:
        return [urlsplit(current.origin).hostname or ""]
    return ["localhost", "127.0.0.1"]


def _refuse_what_no_form_sends() -> None:
    """Refuse a body that is too large, not a form, or has files in it: no page asks for any.

    Flask-WTF would read JSON and files as the fields of a form, whatever they are. Below API it
    must be JSON, and is read here: before a transaction, so that a slow phone holds up nobody.
    """
    if (request.content_length or 0) > current_app.config["MAX_CONTENT_LENGTH"]:
        raise RequestEntityTooLarge
    if request.method in SAFE_METHODS:
        return
    has_body = request.content_length or "Transfer-Encoding" in request.headers
    taken = JSON_TYPES if is_api() else FORM_TYPES
    if has_body and (request.mimetype not in taken or request.files):
        raise UnsupportedMediaType
    if is_api():
        read = len(request.get_data())
        # Of a body that does not say its length no more is read than may be: it may go on.
        if request.content_length is None and read >= current_app.config["MAX_CONTENT_LENGTH"]:
            raise RequestEntityTooLarge


def _refuse_null_characters() -> None:
    """Refuse NUL in any text: PostgreSQL cannot store it, and nobody types it."""
    values = [*request.args.values(), *request.args.keys()]
    if request.mimetype in FORM_TYPES:
        values += [text for texts in request.form.listvalues() for text in texts]
        values += list(request.form.keys())
    if any("\x00" in value for value in values):
        raise BadRequest


def _set_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault(
        "Content-Security-Policy",
        CONTENT_SECURITY_POLICY.format(nonce=csp_nonce(), policies=TRUSTED_TYPES_POLICIES),
    )
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = PERMISSIONS_POLICY
    headers["X-Request-Id"] = g.get("request_id", "")
    if settings().is_public:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"
    return response


def _log_request(response: Response) -> Response:
    log.info(
        "request",
        method=request.method,
        route=request.url_rule.rule if request.url_rule else "",
        status=response.status_code,
        took_ms=round((perf_counter() - g.began) * 1000, 1),
    )
    return response


def _note_written(response: Response) -> Response:
    """Note that something was stored: a time in which nothing could be is over."""
    if request.method not in SAFE_METHODS and response.status_code < HTTPStatus.BAD_REQUEST:
        storage.note_written()
    return response


def _answer_error(error: GoodDaysError) -> ResponseReturnValue:
    status = next((s for kind, s in STATUS_OF_ERROR.items() if isinstance(error, kind)), 500)
    in_words = status in (409, 422, 429, 503) and str(error)
    answer = make_response(error_page(status, in_words or MESSAGE_OF_STATUS.get(status, "")))
    if isinstance(error, TooMany):
        answer.headers["Retry-After"] = str(error.wait_s)
    return answer


def _answer_http_error(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or error.code is None or error.code < 400:
        return error
    return error_page(error.code, MESSAGE_OF_STATUS.get(error.code, error.name))


def _answer_database_fault(error: DBAPIError) -> ResponseReturnValue:
    """Say that nothing can be stored just now, or that the records cannot be reached."""
    fault = storage.fault_of(error)
    if fault is None or (fault is Fault.READ_ONLY and read_only.get()):
        return _answer_unexpected(error)  # a GET that writes is our own mistake
    if fault in storage.REFUSES_WRITES:
        return _answer_no_room(error)
    log.error("database_away", database=fault.value, error=error)
    return error_page(503, MESSAGE_OF_STATUS[503])


def _answer_no_room(error: Exception) -> ResponseReturnValue:
    db.session.rollback()
    storage.note_refused(error)
    return error_page(507, MESSAGE_OF_STATUS[507])


def _answer_unexpected(error: Exception) -> ResponseReturnValue:
    """Log what went wrong and say so without details; nothing half-written stays."""
    if isinstance(error, OSError) and storage.fault_of(error):
        return _answer_no_room(error)  # a letter, say, that could not be put on the disk
    if current_app.debug or current_app.testing:
        raise error
    log.error("unexpected", error=error)
    return error_page(500, "Something went wrong on our side. Nothing you wrote was changed.")


def error_page(status: int, message: str) -> ResponseReturnValue:
    """Return an error as a page, or as a fragment to htmx. Whatever was begun is undone."""
    db.session.rollback()
    if is_api():
        own_words = None if message == MESSAGE_OF_STATUS.get(status) else message
        return api_error(status, own_words)
    if status >= 500:
        # Who it is, and so their language, may be just what cannot be found out.
        with force_locale("en_GB"):
            return _render_error(status, message, signed_in=False)
    try:
        return _render_error(status, message, signed_in=current_user.is_authenticated)
    except DBAPIError as error:
        return _answer_database_fault(error)


def _render_error(status: int, message: str, *, signed_in: bool) -> ResponseReturnValue:
    template = "errors/_error.html" if is_htmx() else "errors/error.html"
    return render_template(template, status=status, message=message, signed_in=signed_in), status
