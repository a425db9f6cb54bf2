"""One of everything that can be between a client and a therapist, and the forms about it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from uuid6 import uuid7

from fstpwa.domain.routine import RoutineDraft, RoutineLine
from fstpwa.extensions import db
from fstpwa.models.care import Side
from fstpwa.models.people import Role
from fstpwa.services import (
    assignments,
    care_links,
    invitations,
    messages,
    private_notes,
    reply_templates,
    routines,
    visits,
)
from fstpwa.services.assignments import AssignmentEntry
from fstpwa.services.visits import VisitEntry
from tests.caring import link
from tests.conftest import EVERY_DAY, Person

Form = dict[str, str | list[str]]

FOR_THEMSELVES = "Ask again about the stairs."
"""A therapist's private note."""
ASKED = "May I do it twice a day?"
"""What the client wrote."""
ANSWERED = "Once a day is plenty."
"""What the therapist wrote."""
DONE = "Loosened the left shoulder."
"""What was done in the clinic."""
WHY = "For the long afternoons."
"""Why something was given."""
ROUTINE = RoutineDraft(
    name="Desk afternoon",
    purpose="Twice, after lunch.",
    lines=(RoutineLine(slug="neck-turns", reps=8), RoutineLine(slug="wall-slide")),
    flare_from="neck-and-desk",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """A therapist who sees everything of a client, and what there is between the two."""

    therapist: Person
    link: UUID
    routine: UUID
    """The therapist's."""
    note: UUID
    visit: UUID
    template: UUID
    invitation: UUID
    """One of the therapist's that nobody has used."""
    message: UUID
    """What the client asked."""
    assignment: UUID
    """It begins in three days."""

    def values(self) -> dict[str, object]:
        """Return what to put into addresses."""
        return {
            "link_id": self.link,
            "routine_id": self.routine,
            "note_id": self.note,
            "visit_id": self.visit,
            "template_id": self.template,
            "invitation_id": self.invitation,
            "assignment_id": self.assignment,
            "message_id": self.message,
        }


def care_of(client: Person) -> Care:
    """Give `client` a therapist who sees everything, with one of everything between them."""
    therapist = Person(client.app, Role.THERAPIST)
    now, today = datetime.now(UTC), client.today()
    link_id = link(client, therapist)
    with client.app.app_context():
        user = therapist.user()
        user.name = "Ines"
        row = care_links.seen_by(user, link_id)
        routine = routines.create(user, ROUTINE, now=now)
        note = private_notes.write(row, FOR_THEMSELVES, now=now)
        done = VisitEntry(day=today, done=DONE, response=DONE)
        visit = visits.record(row, done, today=today, now=now)
        template = reply_templates.make(user, ANSWERED, now=now)
        invitations.invite(user, "Somebody new", now=now)
        (open_one,) = invitations.open_ones(user, now=now)
        question = messages.send(
            row, Side.CLIENT, ASKED, message_id=uuid7(), is_question=True, now=now
        )
        messages.send(row, Side.THERAPIST, ANSWERED, message_id=uuid7(), now=now)
        entry = AssignmentEntry(
            schedule=EVERY_DAY, starts_on=today + timedelta(days=3), message=WHY
        )
        given = assignments.assign_routine(row, routines.newest(routine), entry, now=now)
        db.session.commit()
        return Care(
            therapist=therapist,
            link=link_id,
            routine=routine.public_id,
            note=note.id,
            visit=visit.id,
            template=template.id,
            invitation=open_one.public_id,
            message=question.id,
            assignment=given.public_id,
        )


BUILDER: Form = {
    "name": "Desk evening",
    "purpose": "Before bed.",
    "flare_from": "neck-and-desk",
    "on_version": "1",
    "line": ["a1", "b2"],
    "slug-a1": "neck-turns",
    "sets-a1": "1",
    "reps-a1": "8",
    "rest_s-a1": "10",
    "side-a1": "both",
    "note-a1": "Slowly.",
    "slug-b2": "wall-slide",
    "sets-b2": "1",
    "reps-b2": "10",
    "rest_s-b2": "10",
    "easier-b2": "1",
    "eased-b2": "1",
}
SHORT: Form = {
    **{name: BUILDER[name] for name in ("name", "slug-a1", "reps-a1", "side-a1")},
    "line": "a1",
    "flare_from": "neck-and-desk",
}
"""The same with few fields: one form is read in the same way everywhere."""
SCOPES: Form = {"shares_routines": "y", "shares_records": "y", "shares_notes": "y"}


def care_forms(care: Care, day: date) -> dict[str, list[Form]]:
    """Return what can be posted to each address of therapists and clients, by endpoint.

    Args:
        care: what there is.
        day: the client's own today.
    """
    message: Form = {"operation": str(uuid4()), "text": "Well done.", "session": "", "movement": ""}
    visit: Form = {"day": day.isoformat(), "done": "Neck and jaw.", "response": "Lighter."}
    given: Form = {
        "form_id": str(uuid4()),
        "weekdays": ["0", "2"],
        "at": "18:30",
        "starts_on": day.isoformat(),
        "ends_on": (day + timedelta(days=30)).isoformat(),
        "message": "For the evenings.",
    }
    routine: Form = {**given, "times_per_day": "2", "side": "left"}
    programme: Form = {**given, "side": "left", "how-neck-turns": "easier", "reps-wall-slide": "9"}
    press: Form = {**SHORT, "press": "add:cat-cow"}
    return {
        "sharing.open_invitation": [{"code": "ABCDE-12345"}, {"token": "A" * 22}],
        "sharing.say_yes": [{**SCOPES, "name": "Ana"}],
        "sharing.say_no": [{}],
        "sharing.change": [{"shares_routines": "y"}],
        "sharing.end": [{}],
        "sharing.make_code": [{**SCOPES, "name": "Ana"}],
        "sharing.cancel_code": [{}],
        "messages.write": [{**message, "question": "y", "until": str(care.message)}],
        "messages.mark_read": [{"until": str(care.message)}],
        "reminders.switch_news": [{"on": "0"}, {"on": "1"}],
        "people.make_invitation": [{"name": "Ines", "label": "Somebody else", "email": ""}],
        "people.cancel_invitation": [{}],
        "people.take_shown_code": [{"code": "ABCDE-12345"}],
        "people.end": [{}],
        "people.send_message": [{**message, "until": str(care.message)}],
        "people.insert_reply": [{"insert": str(care.template), "text": "Hello.", "session": ""}],
        "people.read_messages": [{"until": str(care.message)}],
        "people.make_reply": [{"reply": "Go gently."}],
        "people.delete_reply": [{}],
        "people.write_note": [{"note": "Sleeps badly."}],
        "people.change_note": [{"note": "Sleeps better."}],
        "people.delete_note": [{}],
        "people.record_visit": [visit],
        "people.change_visit": [visit],
        "people.delete_visit": [{}],
        "people.give_routine": [routine],
        "people.give_programme": [programme],
        "people.withdraw": [{}],
        "people.unlock": [{"key": "fracture", "reason": "Seen on the scan: it has healed."}],
        "plan.decline": [{}],
        "routines.give": [{**routine, "to": str(care.link)}],
        "people.snooze": [{"days": "7"}],
        "people.wake": [{}],
        "people.set_thresholds": [{"quiet_days": "5", "pain_rise": "3", "stiffness_rise": "3"}],
        "routines.create": [{**SHORT, "then": "preview"}],
        "routines.save": [BUILDER],
        "routines.save_copy": [SHORT],
        "routines.redraw_new": [press],
        "routines.redraw": [press],
        "routines.found": [{"line": "a1", "slug-a1": "neck-turns", "q": "neck", "region": "neck"}],
        "routines.line": [{"press": "add:cat-cow", "routine_id": str(care.routine)}],
        "routines.total": [SHORT],
        "routines.duplicate": [{}],
        "routines.archive": [{}],
        "routines.unarchive": [{}],
        "routines.leave": [{}],
        "routines.share": [{"email": "colleague@example.org"}],
        "routines.unshare": [{"email": "colleague@example.org"}],
    }
