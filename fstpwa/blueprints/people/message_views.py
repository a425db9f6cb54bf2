"""Messages with a client, and the replies a therapist uses often."""

from datetime import UTC, datetime
from uuid import UUID

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from fstpwa.access import acting_user, therapist
from fstpwa.blueprints.messages.forms import MessageForm, read_id
from fstpwa.blueprints.people.blueprint import blueprint
from fstpwa.blueprints.people.client_forms import ReplyForm
from fstpwa.blueprints.people.client_showing import client_link
from fstpwa.blueprints.people.message_showing import conversation, writing
from fstpwa.blueprints.sent_operations import sent_operation
from fstpwa.domain.errors import Conflict, InvalidValue, NotFound, TooMany
from fstpwa.extensions import db
from fstpwa.models.care import CareLink, Side
from fstpwa.services import access_log, messages, reply_templates
from fstpwa.services.messages import About
from fstpwa.web import go_to, invalid_form

PAGE, FORM = "people/client_messages.html", "people/_message_form.html"
REPLIES, REPLY_FORM = "people/replies.html", "people/_reply_form.html"


@blueprint.get("/people/<uuid:link_id>/messages")
@therapist
def client_messages(link_id: UUID) -> ResponseReturnValue:
    """Show the conversation with a client, and write in it."""
    link = client_link(link_id)
    before = read_id(request.args.get("before"))
    about = _about(link, read_id(request.args.get("session")), request.args.get("movement"))
    shown = conversation(link, _empty_form(about), about, before)
    access_log.note([link.id], "messages", now=datetime.now(UTC))
    return render_template(PAGE, **shown)


@blueprint.post("/people/<uuid:link_id>/messages")
@therapist
def send_message(link_id: UUID) -> ResponseReturnValue:
    """Send a message to a client, once however often it arrives; what came before is read."""
    link = client_link(link_id)
    form, now = MessageForm(), datetime.now(UTC)
    error = ""
    if form.validate():
        try:
            messages.send(
                link,
                Side.THERAPIST,
                form.text.data or "",
                message_id=sent_operation(),
                session_log_id=form.session_id(),
                slug=form.slug(),
                now=now,
            )
        except (InvalidValue, Conflict, TooMany) as refused:
            error = str(refused)
    if form.errors or error:
        about = _about(link, form.session_id(), form.slug())
        # The form alone: the conversation would be another look at what they wrote.
        return invalid_form(PAGE, FORM, **writing(link, form, about), error=error)
    if (until := read_id(request.form.get("until"))) is not None:
        messages.mark_read(link, Side.THERAPIST, until=until, now=now)
    db.session.commit()
    flash(_("Sent."))
    return go_to(_back(link, form.session_id()))


@blueprint.post("/people/<uuid:link_id>/messages/insert")
@therapist
def insert_reply(link_id: UUID) -> ResponseReturnValue:
    """Put a reply that is used often into the message as it is written so far; nothing is sent."""
    link = client_link(link_id)
    chosen = read_id(request.form.get("insert"))
    if chosen is None:
        raise NotFound(reply_templates.NO_SUCH_TEMPLATE)
    template = reply_templates.template_of(link.therapist, chosen)
    about = _about(link, read_id(request.form.get("session")), request.form.get("movement"))
    form = _empty_form(about)
    form.text.data = reply_templates.inserted(request.form.get("text", ""), template)
    shown = conversation(link, form, about)
    access_log.note([link.id], "messages", now=datetime.now(UTC))
    db.session.commit()
    return render_template(PAGE, **shown, is_writing=True)


@blueprint.post("/people/<uuid:link_id>/messages/read")
@therapist
def read_messages(link_id: UUID) -> ResponseReturnValue:
    """Note that what was shown is read: the page says so by itself, or somebody by a button."""
    link = client_link(link_id)
    until = read_id(request.form.get("until"))
    if until is None:
        raise InvalidValue(_("Please load this page again, and then choose Mark as read."))
    messages.mark_read(link, Side.THERAPIST, until=until, now=datetime.now(UTC))
    db.session.commit()
    return go_to(url_for("people.client_messages", link_id=link_id))


@blueprint.get("/people/replies")
@therapist
def replies() -> ResponseReturnValue:
    """Show the replies that are used often."""
    return render_template(REPLIES, **_replies(ReplyForm(formdata=None)))


@blueprint.post("/people/replies")
@therapist
def make_reply() -> ResponseReturnValue:
    """Keep a reply that is used often."""
    form = ReplyForm()
    if form.validate():
        try:
            reply_templates.make(acting_user(), form.reply.data or "", now=datetime.now(UTC))
        except Conflict as full:
            form.reply.errors = [*form.reply.errors, str(full)]
    if form.errors:
        return invalid_form(REPLIES, REPLY_FORM, **_replies(form))
    db.session.commit()
    flash(_("Kept. It can be inserted into every message."))
    return go_to(_replies_url())


@blueprint.post("/people/replies/<uuid:template_id>/delete")
@therapist
def delete_reply(template_id: UUID) -> ResponseReturnValue:
    """Delete a reply that was used often."""
    reply_templates.delete(acting_user(), template_id)
    db.session.commit()
    flash(_("Deleted."))
    return go_to(_replies_url())


def _empty_form(about: About | None) -> MessageForm:
    return MessageForm(
        formdata=None,
        session=about.session_log_id if about else None,
        movement=(about.slug or "") if about else "",
    )


def _about(link: CareLink, log_id: UUID | None, slug: str | None) -> About | None:
    """Return what a message is about. Raises NotFound for a session that is not shared."""
    if log_id is not None and not link.shares_records:
        raise NotFound(messages.NO_SUCH_SESSION)
    return messages.about(link.client, session_log_id=log_id, slug=slug or None)


def _back(link: CareLink, log_id: UUID | None) -> str:
    """Return where a message that was sent leads: to the session it was written beside, or on."""
    if log_id is not None and request.form.get("beside") == "session":
        return url_for(
            "people.session", link_id=link.public_id, log_id=log_id, _anchor="about-session"
        )
    return url_for("people.client_messages", link_id=link.public_id, _anchor="newest")


def _replies(form: ReplyForm) -> dict[str, object]:
    return {
        "form": form,
        "templates": reply_templates.templates_of(acting_user()),
        "back": _link_to_go_back_to(),
    }


def _link_to_go_back_to() -> UUID | None:
    """Return the link whose messages the page was opened from; whether it stands is seen there."""
    try:
        return read_id(request.values.get("back"))
    except NotFound:
        return None


def _replies_url() -> str:
    return url_for("people.replies", back=_link_to_go_back_to())
