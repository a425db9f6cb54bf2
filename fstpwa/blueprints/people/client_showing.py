"""What the pages of one client show their therapist."""

from datetime import UTC, date, datetime
from uuid import UUID

from flask import request
from flask_babel import gettext as _
from markupsafe import Markup

from fstpwa import charts
from fstpwa.access import acting_user
from fstpwa.blueprints.messages import presenting
from fstpwa.blueprints.people.blueprint import blueprint
from fstpwa.blueprints.people.client_forms import NoteForm, VisitForm
from fstpwa.domain.attention_reasons import Sign
from fstpwa.domain.course import STRETCHES, Course
from fstpwa.domain.days import local_day
from fstpwa.models.care import CareLink, Side
from fstpwa.services import care_links, client_page, messages, private_notes
from fstpwa.services.care_links import Scopes
from fstpwa.services.caseload import reasons_of

RECORDS = Scopes(shares_records=True)


@blueprint.app_template_global("course_chart")
def course_chart(course: Course) -> Markup:
    """Draw a course; also for the client, who sees the same."""
    names = _("Sessions"), _("Felt stiffness"), _("Pain before and after")
    title = _("Sessions, felt stiffness and pain")
    return charts.course_chart(course, title=title, names=names, id_prefix="course-chart")


@blueprint.app_template_global("course_stretches")
def course_stretches() -> dict[int, str]:
    """Return how far back a course can go, and what that is called."""
    return dict(STRETCHES)


def client_link(link_id: UUID, needs: Scopes | None = None) -> CareLink:
    """Return the standing link of the acting therapist. Raises NotFound as `seen_by` does."""
    return care_links.seen_by(acting_user(), link_id, needs)


def clients_day(link: CareLink) -> date:
    """Return which day it is for the client."""
    return local_day(datetime.now(UTC), link.client.time_zone)


def name_of(link: CareLink) -> str:
    """Return what to call the client."""
    return link.client.name or _("Somebody without a name")


def client_showing(link: CareLink) -> dict[str, object]:
    """Return what people/client.html needs. `waiting` is what the client wrote that waits."""
    today = clients_day(link)
    thread = messages.thread(link)
    unread = thread.unread_by(Side.THERAPIST)
    waiting = {each.id: each for each in (*unread, *(m for m in thread.messages if m.is_open))}
    is_open = any(each.is_open for each in waiting.values())
    return {
        "reasons": [
            each.words
            for each in reasons_of(link, now=datetime.now(UTC))
            # What they asked stands right below, in their words.
            if not (is_open and each.sign is Sign.QUESTION)
        ],
        "overview": client_page.overview(
            link, today, client_page.weeks_asked(request.args.get("weeks"))
        ),
        "reader": "therapist",
        "name": name_of(link),
        "notes": private_notes.notes_of(link),
        "note_form": NoteForm(formdata=None),
        "visit_form": VisitForm(formdata=None, day=today),
        "has_messages": bool(thread.messages),
        "waiting": sorted(waiting.values(), key=lambda each: each.sent_at),
        "unread": len(unread),
        "day_of": lambda at: presenting.day_of(at, link.therapist.time_zone),
        "sent_words": lambda at: presenting.sentence(
            presenting.sent_words(at, link.therapist.time_zone)
        ),
    }
