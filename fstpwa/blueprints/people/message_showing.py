"""What a therapist's conversation with a client shows, whole or about one session."""

from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from uuid6 import uuid7

from fstpwa.blueprints.messages import presenting
from fstpwa.blueprints.messages.forms import MessageForm
from fstpwa.blueprints.people.client_showing import clients_day, name_of
from fstpwa.models.care import CareLink, Side
from fstpwa.services import messages, reply_templates
from fstpwa.services.client_session import ClientSession, client_session
from fstpwa.services.messages import About, Thread


def conversation(
    link: CareLink,
    form: MessageForm | None = None,
    about: About | None = None,
    before: UUID | None = None,
) -> dict[str, object]:
    """Return what people/client_messages.html needs.

    Args:
        link: standing.
        form: a message as it was sent; None shows an empty one.
        about: what the next message is about.
        before: shows the messages before this one; None the newest.
    """
    return {
        **_of_thread(link, messages.thread(link, before)),
        **writing(link, form or MessageForm(formdata=None), about),
        "is_newest": before is None,
    }


def writing(link: CareLink, form: MessageForm, about: About | None = None) -> dict[str, object]:
    """Return what people/_message_form.html needs; nothing of what the client wrote."""
    if about is not None and about.session_log_id is not None:
        offer_movements(form, client_session(link, about.session_log_id))
    return {
        "link": link,
        "name": name_of(link),
        "form": form,
        "about": about,
        "operation": uuid7(),
        "templates": reply_templates.templates_of(link.therapist),
        "today": clients_day(link),
        "session_words": presenting.session_words,
    }


def about_session(link: CareLink, session: ClientSession) -> dict[str, object]:
    """Return what is shown beside a session: what was written about it, and a form to write."""
    about = messages.about(link.client, session_log_id=session.id)
    return {
        **_of_thread(link, messages.thread(link, session_log_id=session.id)),
        **writing(link, MessageForm(formdata=None, session=session.id), about),
    }


def offer_movements(form: MessageForm, session: ClientSession) -> None:
    """Let one of the movements of a session be what a message is about."""
    movements = dict.fromkeys((each.slug, each.name) for each in session.movements)
    form.offer(list(movements), _("The whole session"))


def _of_thread(link: CareLink, thread: Thread) -> dict[str, object]:
    zone = link.therapist.time_zone
    unread = thread.unread_by(Side.THERAPIST)
    return {
        "link": link,
        "name": name_of(link),
        "reader": "therapist",
        "thread": thread,
        "days": presenting.days_of(thread.messages, zone),
        "unread": {each.id for each in unread},
        "until": unread[-1].id if unread else None,
        "newest": thread.messages[-1].id if thread.messages else None,
        "last_read": next(
            (
                each.id
                for each in reversed(thread.messages)
                if each.author == Side.THERAPIST and each.read_at
            ),
            None,
        ),
        "today": clients_day(link),
        "session_words": presenting.session_words,
        "session_address": lambda log_id: _session_address(link, log_id),
    }


def _session_address(link: CareLink, log_id: UUID | None) -> str:
    """Return where the therapist reads a session; empty where sessions are not shared."""
    if log_id is None or not link.shares_records:
        return ""
    return url_for("people.session", link_id=link.public_id, log_id=log_id)
