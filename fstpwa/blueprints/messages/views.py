"""A client's conversations with their therapists."""

from datetime import UTC, datetime
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from uuid6 import uuid7

from fstpwa.access import acting_user, signed_in
from fstpwa.blueprints.messages import presenting
from fstpwa.blueprints.messages.blueprint import blueprint as blueprint
from fstpwa.blueprints.messages.forms import MessageForm, read_id
from fstpwa.blueprints.sent_operations import sent_operation
from fstpwa.content import library
from fstpwa.domain.days import local_day
from fstpwa.domain.errors import Conflict, InvalidValue, TooMany
from fstpwa.extensions import db
from fstpwa.models.care import CareLink, Side
from fstpwa.offline import kept_offline
from fstpwa.services import care_links, conversations, messages, sessions
from fstpwa.services.messages import About
from fstpwa.web import after_post, invalid_form

PAGE, PARTIAL = "messages/show.html", "messages/_conversation.html"


@blueprint.get("/messages")
@signed_in
@kept_offline
def index() -> ResponseReturnValue:
    """Show the conversations, unread ones first, and which have ended."""
    user = acting_user()
    return render_template(
        "messages/index.html",
        conversations=conversations.conversations_of(user),
        ended=conversations.ended_of(user),
        zone=user.time_zone,
        today=local_day(datetime.now(UTC), user.time_zone),
        presenting=presenting,
    )


@blueprint.get("/messages/<uuid:link_id>")
@signed_in
@kept_offline
def show(link_id: UUID) -> ResponseReturnValue:
    """Show a conversation, and write in it, perhaps about the session or movement of the address."""
    link = care_links.given_by(acting_user(), link_id)
    before = read_id(request.args.get("before"))
    about = messages.about(
        link.client,
        session_log_id=read_id(request.args.get("session")),
        slug=request.args.get("movement") or None,
    )
    form = MessageForm(
        formdata=None,
        session=about.session_log_id if about else None,
        movement=about.slug if about else "",
        question=about is not None,
    )
    return render_template(PAGE, **_showing(link, form, about, before))


@blueprint.post("/messages/<uuid:link_id>")
@signed_in
def write(link_id: UUID) -> ResponseReturnValue:
    """Send a message, once however often it arrives; whoever answers has read what came before."""
    link = care_links.given_by(acting_user(), link_id)
    form, now = MessageForm(), datetime.now(UTC)
    error = ""
    if form.validate():
        try:
            messages.send(
                link,
                Side.CLIENT,
                form.text.data or "",
                message_id=sent_operation(),
                session_log_id=form.session_id(),
                slug=form.slug(),
                is_question=form.question.data,
                now=now,
            )
        except (InvalidValue, Conflict, TooMany) as refused:
            error = str(refused)
    if form.errors or error:
        about = messages.about(link.client, session_log_id=form.session_id(), slug=form.slug())
        return invalid_form(PAGE, PARTIAL, **_showing(link, form, about), error=error)
    if (until := read_id(request.form.get("until"))) is not None:
        messages.mark_read(link, Side.CLIENT, until=until, now=now)
    db.session.commit()
    fresh = MessageForm(formdata=None)
    return after_post(
        PARTIAL,
        otherwise=url_for("messages.show", link_id=link_id, _anchor="newest"),
        just_sent=True,
        **_showing(link, fresh, None),
    )


@blueprint.post("/messages/<uuid:link_id>/read")
@signed_in
def mark_read(link_id: UUID) -> ResponseReturnValue:
    """Note that what was shown is read: the page says so by itself, or somebody by a button."""
    link = care_links.given_by(acting_user(), link_id)
    until = read_id(request.form.get("until"))
    if until is None:
        raise InvalidValue("Please load this page again, and then choose Mark as read.")
    messages.mark_read(link, Side.CLIENT, until=until, now=datetime.now(UTC))
    db.session.commit()
    return after_post(
        "messages/_read_mark.html",
        otherwise=url_for("messages.show", link_id=link_id),
        link=link,
        until=None,
    )


def _showing(
    link: CareLink, form: MessageForm, about: About | None, before: UUID | None = None
) -> dict[str, object]:
    """Return what a conversation shows; `about` is what the next message is about."""
    thread = messages.thread(link, before)
    unread = thread.unread_by(Side.CLIENT)
    zone = link.client.time_zone
    if about is not None and about.session_log_id is not None:
        log = sessions.session_log(link.client, about.session_log_id)
        names = library().movements
        done = dict.fromkeys(each.slug for each in log.movements if each.slug in names)
        form.offer([(slug, names[slug].name) for slug in done], _("The whole session"))
    return {
        "link": link,
        "name": link.therapist.name or _("your therapist"),
        "thread": thread,
        "days": presenting.days_of(thread.messages, zone),
        "unread": {each.id for each in unread},
        "until": unread[-1].id if unread else None,
        "newest": thread.messages[-1].id if thread.messages else None,
        "last_read": next(
            (m.id for m in reversed(thread.messages) if m.author == Side.CLIENT and m.read_at), None
        ),
        "is_newest": before is None,
        "form": form,
        "about": about,
        "operation": uuid7(),
        "today": local_day(datetime.now(UTC), zone),
        "session_words": presenting.session_words,
        "reader": Side.CLIENT,
    }
