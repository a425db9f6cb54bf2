"""Every address of the app, with real things behind it, and what the tables hold."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from json import dumps
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import func, select
from werkzeug.routing import Rule

from fstpwa.access import DEMO_ONLY, PUBLIC, THERAPIST, mark_of
from fstpwa.blueprints.reminders.push_keys import EXTENSION
from fstpwa.content import library
from fstpwa.domain.check_in import region_question
from fstpwa.domain.push import PushTarget
from fstpwa.domain.recurrence import Recurrence
from fstpwa.domain.session_log import MovementResult, SessionLogEntry
from fstpwa.domain.standing import Source
from fstpwa.extensions import db
from fstpwa.models.accounts import Passkey
from fstpwa.models.people import Role, User
from fstpwa.models.practice import CheckIn, PlannedSession, SessionLog
from fstpwa.models.reminders import Occurrence
from fstpwa.services import (
    devices,
    operator_tokens,
    push_subscriptions,
    reminder_calendar,
    reminder_tokens,
    reminders,
    reports,
    screenings,
    sessions,
)
from fstpwa.services.reminder_tokens import ReminderToken
from fstpwa.services.safety import AnswerEntry, record_answers
from fstpwa.web import API
from tests.conftest import Person
from tests.push_service import base64url
from tests.subscribing import KEYS, SERVICE, Phone, new_key
from tests.whole_care import Care, Form, care_forms, care_of

PROGRAMME = "neck-and-desk"
MOVEMENT = "neck-turns"
NOTE = "Only for my own eyes."


@dataclass(frozen=True, slots=True, kw_only=True)
class Things:
    """One of everything that an address can name."""

    planned: UUID
    """A session that is still to be done."""
    done: UUID
    """A planned session that was done."""
    log: UUID
    owner: UUID
    """Public id of the person whose things these are."""
    day: date
    """A day with a check-in."""
    demo_person: UUID
    device: UUID
    """Another device that is signed in."""
    reminded_device: UUID
    """That one too, as a device that takes reminders."""
    passkey: UUID
    report: UUID
    """A report of something that went wrong, not finished."""
    answer_token: str
    """In the address of a notification: whoever has it may answer."""
    calendar_token: str
    """In the address of a calendar of reminders."""
    operator_token: str
    """In the address of the page for whoever runs the server."""
    reminder: UUID
    care: Care
    """What there is between them and their therapist."""


def things_of(person: Person) -> Things:
    """Give `person` a programme, a session that was done, a check-in, a therapist; and the app a demo person."""
    person.app.extensions[EXTENSION] = KEYS
    person.follows(PROGRAMME)
    done = person.planned()[0].id
    planned = person.planned(ahead_days=1)[0].id
    care = care_of(person)
    now = datetime.now(UTC)
    with person.app.app_context():
        user = person.user()
        user.reasons = ["desk"]
        screenings.start(user, "again", now=now)
        entry = SessionLogEntry(
            log_id=uuid4(),
            variant="usual",
            started_at=now,
            finished_at=now,
            pain_before=2,
            results=(MovementResult(item="1", state="done", easier=False, done_s=55, reason=None),),
        )
        session = db.session.get_one(PlannedSession, done)
        log = sessions.record_session(user, session, entry, now=now)
        log.note = NOTE
        db.session.add(
            CheckIn(
                user_id=user.id,
                day=person.today(),
                stiffness=7,
                note=NOTE,
                managed=NOTE,
                clocks={},
                recorded_at=now,
                changed_at=now,
            )
        )
        demo = User(
            public_id=uuid4(),
            name="Another demo",
            role=Role.CLIENT,
            time_zone="UTC",
            is_demo=True,
            created_at=now,
            last_seen_at=now,
        )
        db.session.add(demo)
        devices.open_device(user, "Another device", now=now)
        another = devices.devices_of(user, now=now)[0]
        device = another.public_id
        phone = PushTarget(
            SERVICE + person.public_id.hex, new_key(), base64url(bytes(16)), KEYS.current_id
        )
        reminded_device = push_subscriptions.keep(another, phone, now=now).public_id
        passkey = Passkey(public_id=uuid4(), user_id=user.id, credential_id=uuid4().bytes)
        passkey.public_key, passkey.sign_count, passkey.created_at = b"no key", 0, now
        db.session.add(passkey)
        for each in devices.devices_of(user, now=now):
            each.confirmed_at = now
        db.session.commit()
        report = reports.begin(user, uuid4(), emergency=False, now=now)
        reports.say_what(report, "pain", reports.InQuestion())
        # It waits, and touches nothing of the programme.
        record_answers(user, [AnswerEntry(question="as_foot", yes=True)], Source.WORRY, now=now)
        calendar_token = reminder_calendar.make(user, now=now)
        rule = Recurrence(at_min=480)
        wanted = reminders.ReminderEntry(kind="practice", rule=rule)
        made = reminders.create(user, wanted, now=now)
        reminder = made.public_id
        rang = Occurrence(id=uuid4(), reminder_id=made.id, occ_key=person.today())
        rang.due_at = rang.ring_at = now - timedelta(minutes=1)
        rang.state, rang.reason, rang.look_at = "due", "on_time", now + timedelta(days=1)
        db.session.add(rang)
        token = ReminderToken(occurrence_id=rang.id, subscription_id=0)
        answer_token = reminder_tokens.written(token, now=now)
        db.session.commit()
        return Things(
            care=care,
            report=report.id,
            answer_token=answer_token,
            calendar_token=calendar_token,
            operator_token=operator_tokens.written(now=now),
            reminder=reminder,
            device=device,
            reminded_device=reminded_device,
            passkey=passkey.public_id,
            planned=planned,
            done=done,
            log=log.id,
            owner=person.public_id,
            day=person.today(),
            demo_person=demo.public_id,
        )


def values_of(rule: Rule, things: Things, *, session: UUID | None = None) -> dict[str, object]:
    """Return what to put into the address of `rule`."""
    slug = MOVEMENT if rule.endpoint.startswith("movements.") else PROGRAMME
    is_reminders = rule.endpoint.startswith("reminders.")
    everything: dict[str, object] = {
        "session_id": session or things.planned,
        "log_id": things.log,
        "day": things.day,
        "slug": slug,
        "public_id": things.demo_person,
        "device_id": things.reminded_device if is_reminders else things.device,
        "passkey_id": things.passkey,
        "filename": "icons/favicon.svg",
        "number": 1,
        "report_id": things.report,
        "reminder_id": things.reminder,
        "step": "where",
        "calendar_token": things.calendar_token,
        "operator_token": things.operator_token,
        "token": things.answer_token,
        **things.care.values(),
    }
    return {name: everything[name] for name in rule.arguments}


CHECK_IN: Form = {
    "operation": "0198c1f0-0000-7000-8000-000000000000",
    "shown": "{}",
    "stiffness": "4",
    "good_day": "yes",
    "flare": "no",
    "fatigue": "3",
    "sleep": "6",
    "morning_stiffness_min": "20",
    "first_step_pain": "1",
    "woken_by_pain": "no",
    "managed": "Walked to the market.",
    "note": "Slept well.",
    region_question("stiffness", "neck"): "5",
    region_question("pain", "neck"): "2",
}
QUICK_CHECK_IN: Form = {
    **{name: CHECK_IN[name] for name in ("operation", "shown", "stiffness", "good_day", "flare")},
    "which": "quick",
}
SCHEDULE: Form = {"weekdays": ["0", "2"], "at": "18:30", "side": "left"}
ABOUT: Form = {
    "reasons": ["desk"],
    "regions": ["neck", "foot"],
    "side": "left",
    "country": "GB",
    "adult": "yes",
}
REMINDER: Form = {
    "kind": "check_in",
    "at": "20:15",
    "weekdays": ["0", "4"],
    "unless_done": "y",
    "once_more": "y",
}
BROWSER: Form = {**Phone("whole-app").address}
KNEE: Form = {"tick": ["mo_knee"], "side-mo_knee": "left"}
PLAYED = dumps([{"item": "1", "state": "done", "easier": False, "done_s": 55, "reason": None}])
CREDENTIAL = dumps(
    {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {"clientDataJSON": "e30"}}
)
"""What a browser answers for a passkey, in shape; nobody has signed it."""


def takes_json(rule: Rule) -> bool:
    """Whether scripts send JSON there; everywhere else pages send forms."""
    return rule.rule.startswith(API)


def batch_of(things: Things, **changed: object) -> dict[str, object]:
    """Return what a phone sends that kept the deletion of a session."""
    now_ms = int(datetime.now(UTC).timestamp() * 1000)
    entry = {"op": str(uuid4()), "kind": "session_deleted", "entity": str(things.log)}
    entry |= {"at": now_ms, "data": {}}
    batch = {"schema": 1, "user": str(things.owner), "tz": "UTC", "sent": now_ms, "ops": [entry]}
    return batch | changed


def forms_of(rule: Rule, things: Things) -> list[Form]:
    """Return what can be posted to `rule` and is understood there, one or more forms."""
    item = library().safety.pre_session.items[0]
    chosen: Form = {"variant": "easier", "pain_before": "2", "done": ["1"]}
    answers: Form = {**chosen, "ticked": item.id, **dict.fromkeys(item.opens, "no")}
    plain: Form = {
        "log_id": str(uuid4()),
        "variant": "usual",
        "pain_before": "2",
        "done": ["1", "2"],
    }
    player: Form = {
        "log_id": str(uuid4()),
        "variant": "usual",
        "started_at": "2026-03-01T08:00:00Z",
        "finished_at": "2026-03-01T08:10:00Z",
        "pain_before": "",
        "stop": "sharp",
        "led_by": "track",
        "unrecorded_lines": "2",
        "results": PLAYED,
    }
    now = datetime.now(UTC)
    player["started_at"] = (now - timedelta(minutes=10)).isoformat()
    player["finished_at"] = player["sent_at"] = now.isoformat()
    how_it_was: Form = {
        "worst_pain": "3",
        "pain_kinds": [library().safety.after_session.kinds[0].id],
        "effort": "4",
        "pain_before": "2",
        "note": "The neck was easier.",
        "movement_0": "part",
    }
    profile: Form = {
        "name": "Ana",
        "time_zone": "Europe/Lisbon",
        "country": "GB",
        "language": "en_GB",
    }
    pace: Form = {"get_ready_s": "7", "transition_s": "12", "least_rest_s": "3"}
    code: Form = {"code": "123456", "role": "client", "time_zone": "Europe/London"}
    email: Form = {"email": "ana@example.org"}
    chosen_password: Form = {"password": "three green lamps"}
    forms: dict[str, list[Form]] = {
        "accounts.start_sign_in": [
            {**email, "way": "code", "leave": "y"},
            {**email, "way": "password", "password": "three green lamps", "leave": "y"},
        ],
        "accounts.finish_sign_in": [code],
        "accounts.sign_in_instead": [{"proof": "0" * 64, "leave": "y"}],
        "accounts.start_sign_up": [{**email, "role": "therapist", "time_zone": "Europe/London"}],
        "accounts.finish_sign_up": [
            {"proof": "0" * 64, "way": "new", "role": "client", "time_zone": "UTC"}
        ],
        "accounts.start_reset": [{**email, "leave": "y"}],
        "accounts.finish_reset": [{"code": "123456", **chosen_password}],
        "accounts.start_keeping": [email],
        "accounts.finish_keeping": [code],
        "accounts.start_changing_email": [email],
        "accounts.finish_changing_email": [code],
        "accounts.set_password": [chosen_password],
        "accounts.remove_password": [{}],
        "accounts.confirm_by_password": [{**chosen_password, "then": "accounts.password"}],
        "accounts.send_confirming_code": [{"then": "accounts.password"}],
        "accounts.confirm_by_code": [{**code, "then": "accounts.password"}],
        "accounts.end_device": [{}],
        "accounts.end_other_devices": [{}],
        "accounts.make_carry_code": [{}],
        "accounts.take_carry_code": [{"code": "ABCDE-12345", "leave": "y"}],
        "check_in.save_today": [QUICK_CHECK_IN],
        "check_in.save_day": [CHECK_IN],
        "check_in.delete": [{}],
        "factors.begin_passkey": [{}],
        "factors.add_passkey": [{"label": "Phone", "credential": CREDENTIAL}],
        "factors.rename_passkey": [{"label": "Blue phone"}],
        "factors.remove_passkey": [{}],
        "factors.practise_for_oneself": [{}],
        "factors.begin_app": [{"draw": "0" * 32}],
        "factors.add_app": [{"sealed": "v1:" + "A" * 80, "code": "123456"}],
        "factors.remove_app": [{}],
        "factors.renew_recovery_codes": [{"before": "0" * 32}],
        "factors.begin_sign_in": [{}],
        "factors.sign_in_with_passkey": [{"credential": CREDENTIAL, "leave": "y"}],
        "factors.show_second_factor": [{"code": "ABCDE 12345"}],
        "factors.begin_confirming": [{}],
        "factors.confirm_with_passkey": [{"credential": CREDENTIAL, "then": "factors.app"}],
        "factors.confirm_with_code": [{"code": "123456", "then": "factors.app"}],
        "flares.say": [{"answer": "yes"}],
        "flares.say_kind": [{"answer": "new"}],
        "flares.say_triggers": [{"trigger": ["sleep", "stress"]}],
        "flares.write_setback_card": [
            dict.fromkeys(("early_signs", "first", "keep", "drop", "whom", "help"), "A line.")
        ],
        "health_answers.ask": [{"question": "as_foot"}],
        "health_answers.correct": [
            {"question": "as_foot", "as_foot": "yes", "side-as_foot": "left"}
        ],
        "safety.agreed": [
            {"key": "foot_ulcer_risk", "who": "My doctor", "day": things.day.isoformat()}
        ],
        "safety.seen": [
            {
                "key": "dvt_suspected",
                "place": "Walk-in clinic",
                "day": things.day.isoformat(),
                "outcome": "all clear",
            }
        ],
        "safety.asked_again": [{"question": "mo_acute", "place": "knee", "answer": "settled"}],
        "safety.blood_thinner": [{"answer": "yes"}],
        "worry.begin": [{"answer": "no", "report": str(uuid4())}],
        "worry.answer": [{"regions": ["neck", "shoulder"], "side": "left"}],
        "worry.follow_up": [{"answer": "same"}],
        "home.try_it": [{"time_zone": "Europe/London", "programme": PROGRAMME}],
        "home.sign_in_demo": [{}],
        "home.sign_out": [{}],
        "plan.start": [SCHEDULE],
        "plan.change_schedule": [SCHEDULE],
        "plan.pause": [
            {},
            {"reason": "illness", "until": (things.day + timedelta(days=3)).isoformat()},
        ],
        "plan.take_newer": [{"version": "0" * 64}],
        "plan.resume": [{}],
        "plan.stop": [{}],
        "plan.answer_offer": [{"answer": "not-yet"}],
        "plan.keep_usual": [{"answer": "keep"}, {"answer": "take-back"}],
        "progress.say_how_it_was": [how_it_was],
        "progress.delete_session": [{}],
        "progress.open_questions": [{"about": "after_tingling"}],
        "practice.say_next_morning": [{"pain": "4"}],
        "practice.say_settled": [{"settled": "yes"}],
        "reminders.switch_letters": [{"on": "1"}, {"on": "0"}],
        "reminders.make_calendar": [{}],
        "reminders.remove_calendar": [{}],
        "reminders.create": [REMINDER],
        "reminders.add_device": [{**BROWSER, "key_id": KEYS.current_id, "name": "Phone"}],
        "reminders.device_state": [
            {**BROWSER, "permission": "granted", "wanted": "1", "key": KEYS.current},
            {"permission": "denied", "old_endpoint": BROWSER["endpoint"]},
        ],
        "reminders.name_device": [{"name": "Kitchen"}],
        "reminders.choose_text": [{"text": "detailed"}],
        "reminders.send_test": [{}],
        "reminders.remove_device": [{}],
        "reminders.give_answer": [
            {"answer": "later", "minutes": "15", "at": now.isoformat()},
            {"answer": "undo"},
            {"answer": "skip"},
        ],
        "reminders.shown": [{}],
        "reminders.change": [REMINDER],
        "reminders.switch": [{"on": "0"}, {"on": "1"}],
        "reminders.pause": [{"until": (things.day + timedelta(days=3)).isoformat()}],
        "reminders.resume": [{}],
        "reminders.delete": [{}],
        "reminders.pause_all": [{"until": (things.day + timedelta(days=3)).isoformat()}],
        "reminders.resume_all": [{}],
        "reminders.quiet_hours": [{"start": "22:00", "end": "07:00"}, {"off": "1"}],
        "reminders.time_zone": [{"time_zone": "Asia/Tokyo"}],
        "sessions.check": [{**chosen, "check": [item.id]}],
        "sessions.answer": [answers],
        "sessions.answer_ticked": [answers],
        "sessions.log": [plain, player],
        "sessions.skip": [{}],
        "sessions.unskip": [{}],
        "sessions.move": [{"day": (things.day + timedelta(days=3)).isoformat()}],
        "sessions.prefer": [{"variant": "easier"}],
        "settings.change_profile": [profile],
        "welcome.say_you": [ABOUT],
        "welcome.answer": [{"none": "1"}, KNEE, {"tick": ["em_trauma"]}],
        "welcome.answer_again": [{"none": "1"}, KNEE],
        "welcome.begin": [{**SCHEDULE, "programme": PROGRAMME}],
        "welcome.answer_more": [{"none": "1"}],
        "welcome.start_again": [{}],
        "welcome.start_after_care": [{"where": "Hospital", "on": things.day.isoformat()}],
        "settings.change_sessions": [pace],
        "settings.change_preferences": [{"at_hand": ["chair", "wall"], "position": "no_floor"}],
        "settings.change_movement_wish": [{"movement": "neck-turns", "wish": "avoided"}],
        "settings.delete_everything": [{"word": "delete"}],
        **care_forms(things.care, things.day),
    }
    return forms[rule.endpoint]


def owner_of(app: Flask, rule: Rule, person: Person, things: Things) -> Person:
    """Return whose address it is with the values of `things`: their therapist's, or `person`'s."""
    is_therapists = mark_of(app.view_functions[rule.endpoint]) == THERAPIST
    return things.care.therapist if is_therapists else person


def address(app: Flask, rule: Rule, values: Mapping[str, object]) -> str:
    """Return the address of `rule` with `values` in it."""
    found: str | None = app.url_map.bind("localhost").build(rule.endpoint, dict(values))
    return found


def rules(app: Flask, method: str | None = None) -> list[Rule]:
    """Return the routes, in order; only those that take `method` if it is given."""
    found = sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))
    return [rule for rule in found if method is None or method in (rule.methods or ())]


def is_personal(app: Flask, rule: Rule) -> bool:
    """Whether a route is for somebody who is signed in."""
    return mark_of(app.view_functions[rule.endpoint]) not in (PUBLIC, DEMO_ONLY)


def row_counts(app: Flask) -> dict[str, int]:
    """Return how many rows each table holds."""
    with app.app_context():
        return {
            table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
            for table in db.metadata.sorted_tables
        }


def all_rows(app: Flask) -> dict[str, list[tuple[object, ...]]]:
    """Return everything that is stored, to compare before and after."""
    with app.app_context():
        return dict(_tables())


def _tables() -> Iterator[tuple[str, list[tuple[object, ...]]]]:
    for table in db.metadata.sorted_tables:
        rows = db.session.execute(select(table).order_by(*table.primary_key.columns))
        yield table.name, [tuple(map(str, row)) for row in rows]


def log_is_stored(app: Flask, log_id: UUID) -> bool:
    """Whether a session that was done is there."""
    with app.app_context():
        return db.session.get(SessionLog, log_id) is not None
