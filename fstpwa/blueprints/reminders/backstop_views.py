"""When notifications do not arrive: letters, and a private calendar that alarms by itself."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Response, current_app, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from fstpwa.access import acting_user, public, signed_in
from fstpwa.blueprints.reminders.blueprint import blueprint
from fstpwa.blueprints.reminders.device_rows import rows_of
from fstpwa.domain.days import day_in_words, local_day
from fstpwa.domain.errors import InvalidValue
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.services import reminder_calendar, reminder_letters, reminders
from fstpwa.web import go_to, settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Backstop:
    """What reminders/_backstop.html shows."""

    is_needed: bool
    """Whether reminders seem not to arrive, so that it is to be seen at once."""
    email: str | None
    """Where letters can go; None if no address was proved."""
    writes_letters: bool
    calendar_since: str
    """When the calendar's address was made, in words; empty if there is none."""


def backstop_context(user: User) -> dict[str, object]:
    """Return what reminders/_backstop.html needs, as `backstop`."""
    now = datetime.now(UTC)
    feed = reminder_calendar.feed_of(user)
    today = local_day(now, user.time_zone)
    return {
        "backstop": Backstop(
            is_needed=reminders.has_any(user) and not _arrives(user, now),
            email=user.email,
            writes_letters=user.email_backstop,
            calendar_since=day_in_words(local_day(feed.created_at, user.time_zone), today)
            if feed
            else "",
        )
    }


@blueprint.post("/e-mail")
@signed_in
def switch_letters() -> ResponseReturnValue:
    """Write letters when reminders do not arrive, or no more."""
    wanted = request.form.get("on")
    if wanted not in ("0", "1"):
        raise InvalidValue(_("Choose whether letters are to be written. Nothing was changed."))
    reminder_letters.switch(acting_user(), on=wanted == "1")
    db.session.commit()
    flash(
        _("We write when a reminder does not arrive.") if wanted == "1" else _("No more letters.")
    )
    return go_to(_place())


@blueprint.post("/calendar")
@signed_in
def make_calendar() -> ResponseReturnValue:
    """Make the address of a calendar, or another one, and show it this one time."""
    token = reminder_calendar.make(acting_user(), now=datetime.now(UTC))
    db.session.commit()
    path = url_for("reminders.calendar", calendar_token=token)
    address = settings().origin + path
    return render_template(
        "reminders/calendar.html", address=address, webcal=f"webcal:{address.partition(':')[2]}"
    )


@blueprint.post("/calendar/remove")
@signed_in
def remove_calendar() -> ResponseReturnValue:
    """End the calendar: whoever looks at its address finds nothing any more."""
    reminder_calendar.remove(acting_user())
    db.session.commit()
    flash(_("The calendar has ended. Take it out of your calendar app too."))
    return go_to(_place())


@blueprint.get("/calendar/<token:calendar_token>.ics")
@public
def calendar(calendar_token: str) -> ResponseReturnValue:
    """Send the reminders of whoever made this address, to whoever has it.

    Calendar programs ask with what they have already, and get nothing new while nothing changed.
    """
    user = reminder_calendar.owner_of(calendar_token)
    content = reminder_calendar.calendar_for(user, origin=settings().origin, now=datetime.now(UTC))
    response = current_app.response_class(content, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'inline; filename="good-days.ics"'
    # Kept by who asked and by nobody between; asked again each time.
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    return _unless_known(response)


def _unless_known(response: Response) -> Response:
    response.add_etag()
    response.make_conditional(request)
    return response


def _arrives(user: User, now: datetime) -> bool:
    """Whether there is a device, and none of them was silent for three reminders in a row."""
    rows = rows_of(user, now=now)
    return bool(rows) and not any(row.lost for row in rows)


def _place() -> str:
    return url_for("reminders.index", _anchor="backstop")
