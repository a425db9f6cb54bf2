"""What a phone fetches while it has a network, so that the app works without one."""

from dataclasses import asdict
from datetime import UTC, date, datetime

from flask import jsonify, url_for
from flask.typing import ResponseReturnValue

from fstpwa.access import acting_user, signed_in
from fstpwa.assets import build_id
from fstpwa.blueprints.app.blueprint import blueprint
from fstpwa.content import library
from fstpwa.domain.days import local_day
from fstpwa.models.people import User
from fstpwa.services import recent
from fstpwa.services.coming import ComingDay, coming_days, coming_lines, coming_pictures
from fstpwa.services.people import pace_of
from fstpwa.services.voices import voices

ALWAYS = (
    "practice.today",
    "app.ahead",
    "check_in.today",
    "worry.index",
    "safety.index",
    "flares.setback_card",
    "progress.index",
    "plan.show",
    "plan.why",
    "settings.index",
    "settings.offline",
)
"""Pages without arguments, the most wanted first: a phone may be taken off the network at any time."""


@blueprint.get("/offline/list")
@signed_in
def offline_list() -> ResponseReturnValue:
    """List the pages, pictures and spoken lines that a phone keeps, the most wanted first.

    `pages` change with the person's days, `library` only with the app. Of every page the phone
    decides by what it has already; of the lines it fetches the recordings in its own voice.
    """
    user = acting_user()
    today = local_day(datetime.now(UTC), user.time_zone)
    days = coming_days(user, today)
    lines = coming_lines(days, pace_of(user))
    return jsonify(
        user=str(user.public_id),
        day=today.isoformat(),
        build=build_id(),
        pages=[*map(url_for, ALWAYS), *_ahead(days), *_recent(user, today)],
        library=_library(),
        pictures=coming_pictures(days),
        lines=lines,
        voices=[asdict(each) for each in voices()] if lines else [],
    )


def _ahead(days: tuple[ComingDay, ...]) -> list[str]:
    """Return the player of each coming session and the check-in of each coming day, as of its day."""
    today = days[0].day
    found = []
    for each in days:
        on = None if each.day == today else each.day
        found += [
            url_for("sessions.play", session_id=playable.session.id, on=on)
            for playable in each.sessions
        ]
        if on is not None:
            found.append(url_for("check_in.day", day=on, on=on))
    return found


def _recent(user: User, today: date) -> list[str]:
    """Return the last days and sessions, to be read, and to be changed where something is said."""
    said = recent.days_with_check_in(user, today)
    found = []
    for day in recent.recent_days(today):
        found.append(url_for("check_in.day", day=day))
        if day in said:
            found.append(url_for("check_in.day", day=day, change="yes"))
    for log_id in recent.recent_sessions(user, today):
        found.append(url_for("progress.session", log_id=log_id))
        found.append(url_for("progress.session", log_id=log_id, change="yes"))
    return found


def _library() -> list[str]:
    content = library()
    return [
        url_for("programmes.index"),
        url_for("movements.index"),
        *(url_for("programmes.show", slug=each.slug) for each in content.programmes_on_offer()),
        *(url_for("movements.show", slug=each.slug) for each in content.movements_on_offer()),
    ]
