"""Everything that is stored about a person, as JSON, and their check-ins as a table.

Which tables are read follows from the tables themselves: every one that belongs to a person,
directly or over the row it belongs to. So a new table is in the export from its first day.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cache
from uuid import UUID

from sqlalchemy import Column, LargeBinary, Select, Table, select

from fstpwa.content import library
from fstpwa.domain.merging import shown
from fstpwa.extensions import db
from fstpwa.models.care import CareLink
from fstpwa.models.people import User
from fstpwa.models.practice import CheckIn, CheckInRegion
from fstpwa.services import access_log, programme_versions, sealing, vault
from fstpwa.services.check_ins import PLAIN_COLUMNS

FORMAT = 1
ROWS_AT_A_TIME = 200

NOT_PERSONAL = frozenset({"attempt", "programme_version", "push_count", "worker_heartbeat"})
"""Tables that belong to nobody. Attempts hold hashes only, and are swept after days."""

SECRETS = frozenset({"password_hash", "totp_secret", "totp_last_step", "target"})
"""Columns that are left out beside all binary ones: keys, and hashes of tokens and codes.

The target of a push subscription is an address with keys: whoever has it can write there.
"""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would carry out instead of showing."""

WHAT_TABLES_HOLD = {
    "user": "You: what you set about yourself. One row.",
    "enrolment": "Each time you followed a programme, with its days and your place in it.",
    "planned_session": "Sessions as they were planned, on a day.",
    "session_log": "Sessions you did, wholly or partly, and how they were.",
    "deleted_session": "Sessions you deleted: only that they stay deleted.",
    "movement_log": "What you did of each movement in a session.",
    "check_in": "How a day was. An empty answer was not given.",
    "cleared_day": "Days of which you took everything back, so that nothing older comes again.",
    "check_in_region": "Stiffness and pain of one part of the body on one day.",
    "red_day": "Days on which a session had been too much, so that nothing more was started.",
    "plan_event": "What you said about your plan on a day.",
    "plan_decision": "What a rule did to your plan on a day, and why.",
    "preference": "What you like, have at hand and can get into.",
    "setback_card": "What you wrote down for a setback.",
    "screening": "Each time you went through the health questions.",
    "health_answer": "Your yes or no to each health question.",
    "pending_check": "What you ticked before a session and have not answered yet.",
    "health_unlock": "What made movements open again: who agreed, or where you were seen.",
    "health_report": "What you reported when something was wrong.",
    "device_session": "Where you are signed in.",
    "passkey": "Your passkeys, without their keys.",
    "recovery_code": "Your recovery codes: only whether each was used.",
    "one_time_code": "Codes that were sent or shown lately, without the codes.",
    "reminder": "Your reminders: what about, at which time on which days.",
    "occurrence": "What became of each reminder on each date, and why.",
    "push_subscription": "Browsers that show your reminders, without their addresses and keys.",
    "delivery": "The message of a reminder, or of a notification, to one browser.",
    "calendar_feed": "That a calendar may read your reminders, without its address.",
    "applied_operation": "What a phone sent and was stored, so that it is stored once.",
    "care_link": "Therapists whom you let see something, with what they may see.",
    "consent_event": "What you allowed a therapist from a moment on, or ended.",
    "access_entry": "What a therapist looked at of yours, on which day and how often.",
    "invitation": "Codes by which you and a therapist were to find each other, without the codes.",
    "assignment": "What a therapist gave you to practise, with its days and why.",
    "care_message": "Messages between you and your therapists.",
    "clinic_visit": "Visits that a therapist wrote down: what was done, and how you responded.",
    "routine": "Routines that you made, as a therapist.",
    "routine_version": "What such a routine was each time it was saved.",
    "routine_editor": "Routines of colleagues that you may use and change, as a therapist.",
    "private_note": "What you noted about a client for yourself, as a therapist.",
    "reply_template": "Texts that you write often, as a therapist.",
    "care_notice": "Notifications that something came from your therapist, or from a client.",
    "care_notice_item": "What each of these notifications was about.",
}
WHAT_COLUMNS_HOLD = {
    "id, public_id, ..._id": "numbers by which one row knows another; user_id is always you",
    "..._at": "a moment in universal time (UTC)",
    "..._on, day": "a day in your own time zone",
    "..._s": "seconds",
    "..._min": "minutes; at_min counts them from midnight, so that 480 is eight in the morning",
    "weekdays, days_mask": "a sum of Monday 1, Tuesday 2, Wednesday 4, Thursday 8, Friday 16, Saturday 32, "
    "Sunday 64",
    "stiffness, pain, pain_before, worst_pain, first_step_pain": "0 (none) to 10 (the worst)",
    "fatigue": "tiredness, 0 (none) to 10",
    "sleep": "last night's sleep, 0 (bad) to 10 (very good)",
    "effort": "0 (none) to 10 (as hard as could be)",
    "led_by": "what led a session: track (the sound, also while the phone was locked), screen, or "
    "silent (the screen with vibration and flash)",
    "unrecorded_lines": "spoken lines of a session that had no recording",
    "good_day": "whether it was a good day for you",
    "flare": "whether it was a flare-up",
    "woken_by_pain": "whether pain in the shoulder woke you in the night before",
    "next_morning_pain": "pain on the morning after a session, 0 (none) to 10 (the worst)",
    "held_s, support": "how long a stance could be held, and what you held on to",
    "managed": "what you managed that day, in your words",
    "question": "a health question; its words are under `questions`",
    "yes": "your answer: true is yes, false is no",
    "regions, region": "parts of the body; their names are under `parts_of_the_body`",
    "programme": "a programme; its name is under `programmes`",
    "slug, movements": "movements; their names are under `movements`",
    "pain_kinds": "kinds of pain; their words are under `kinds_of_pain`",
    "items, flare_items": "the movements of a planned session, and of its gentler form",
    "phase, ramp_step": "how far you are in the programme",
    "clocks": "when each answer of a check-in or about a session was last changed",
    "felt_in": "in which movement of the session a pain was felt, by its position",
    "result": "what became of it: applied, or merged with what another device said",
    "max_late_min": "how late a reminder may still ring, in minutes",
    "quiet_start_min, quiet_end_min": "between these times of day no reminder rings",
    "kind": "what a reminder is about: practice or check_in; what a notification is about: "
    "assigned, message or question",
    "occ_key, next_key": "the day in your own time zone that a reminder belongs to",
    "paused_until": "the first day on which a reminder rings again",
    "reason": "why a reminder rang, did not, or was closed: on_time, quiet (quiet hours), asked "
    "(you put it off), again (its second ring), paused, off, done (it was done already), held (a "
    "day on which nothing more is started), no_device, late (the server stood still), unreached "
    "(no device could be reached), unanswered, not_today",
    "unless_done, once_more": "whether a reminder stays silent when it was done already, and "
    "rings once more when it was not",
    "discreet": "whether messages on that browser say nothing about health",
    "failing, unreceived": "messages in a row that could not be sent, or were not shown",
    "email_backstop": "whether a letter is written when a reminder reaches none of your devices",
    "avoided, preferred": "movements you would rather not do, and those you like; their names are "
    "under `movements`",
    "missing": "equipment that you do not have at hand",
    "position": "in `preference`: any, no_floor (nothing on the floor or a bed), sitting (on a "
    "chair only) or standing (only); in `movement_log`: the order in the session",
    "therapist_id": "a therapist of yours; their names are under `therapists`",
    "shares_routines, shares_records, shares_notes": "whether a therapist may see your plan and "
    "give you something; your sessions and check-ins; what you wrote in your own words",
    "made_by, said_by, ended_by, author": "which of the two it was: client or therapist",
    "what": "in `consent_event`: began, changed or ended; in `access_entry`: what was looked at; "
    "the words for it are under `looks`",
    "times": "how often on that day",
    "snoozed_until": "until this day the therapist is not told that you may need them",
    "quiet_days, pain_rise, stiffness_rise": "after how many days without anything, and from how "
    "many points more of pain or stiffness, the therapist is told",
    "programme_version": "exactly what was followed; what is not the library's is under `followed`",
    "lines": "the movements of a routine with sets, reps and seconds, where they are not the "
    "library's",
    "saved_by": "who saved it, by number: you, or a colleague who may change it",
    "flare_from": "the programme whose session for a flare-up goes with a routine",
    "done, response": "in `clinic_visit`: what was done, and how you responded",
    "given_by": "the name of the therapist who gave it to you",
    "is_question": "whether an answer is waited for",
    "null": "nothing was said",
}


def everything(user: User, *, now: datetime) -> Iterator[str]:
    """Yield the pieces of one JSON document about `user`, to be sent as they come.

    At its head stands in words what the tables, columns and short names in it mean. Sealed texts
    are opened. Keys, hashes of tokens and the like are left out, and named under
    `left_out`.
    """
    head = {
        "app": "Good Days",
        "read_me": _read_me(user),
        "format": FORMAT,
        "exported_at": now.isoformat(),
        "left_out": {
            table.name: sorted(left_out)
            for table in personal_tables()
            if (left_out := left_out_of(table))
        },
    }
    yield json.dumps(head, indent=1, ensure_ascii=False).removesuffix("\n}") + ',\n "tables": {'
    for number, table in enumerate(personal_tables()):
        yield f'{"," if number else ""}\n  "{table.name}": ['
        for position, row in enumerate(_rows(user, table)):
            yield f"{',' if position else ''}\n   {json.dumps(row, ensure_ascii=False)}"
        yield "]"
    yield "\n }\n}\n"


def check_ins_as_csv(user: User) -> Iterator[str]:
    """Yield the lines of a table of the check-ins of `user`, oldest first.

    With a mark at the beginning by which spreadsheets know UTF-8; a text that one would take
    for a formula begins with an apostrophe.
    """
    ratings = _region_ratings(user)
    regions = [
        region
        for region in library().vocabularies.body_regions
        if any(region in rated for rated in ratings.values())
    ]
    names = [f"{what}_{region}" for region in regions for what in ("stiffness", "pain")]
    yield "\ufeff" + _csv_line(["day", *PLAIN_COLUMNS, *names])
    found = select(CheckIn).where(CheckIn.user_id == user.id).order_by(CheckIn.day)
    for row in db.session.scalars(found.execution_options(yield_per=ROWS_AT_A_TIME)):
        rated = ratings.get(row.id, {})
        yield _csv_line(
            [
                row.day,
                *(_cell(user, name, getattr(row, name)) for name in PLAIN_COLUMNS),
                *(value for region in regions for value in rated.get(region, (None, None))),
            ]
        )


@cache
def personal_tables() -> tuple[Table, ...]:
    """Return the tables with a path to a person, in the order in which they depend."""
    return tuple(
        table
        for table in db.metadata.sorted_tables
        if table.name == User.__tablename__ or _owner(table) is not None
    )


def left_out_of(table: Table) -> frozenset[str]:
    """Return the columns of `table` that are not exported."""
    return frozenset(
        column.name
        for column in table.columns
        if isinstance(column.type, LargeBinary) or column.name in SECRETS
    )


def rows_of(user: User, table: Table) -> Select[tuple[object, ...]]:
    """Return the query for the rows of `table` that belong to `user`, in their order."""
    found = select(table)
    reached = table
    while reached.name != User.__tablename__:
        column = _owner(reached)
        if column is None:
            raise LookupError(f"{table.name} belongs to nobody")
        (key,) = column.foreign_keys
        if key.column.table.name == User.__tablename__:
            return found.where(column == user.id).order_by(*table.primary_key.columns)
        found = found.join(key.column.table, column == key.column)
        reached = key.column.table
    return found.where(reached.c.id == user.id)


def _read_me(user: User) -> dict[str, object]:
    """Return in words what is in the document, for whoever reads it without this app."""
    content = library()
    therapists = select(User.id, User.name).join(CareLink, CareLink.therapist_id == User.id)
    return {
        "what": "Everything that Good Days stores about you. Each list under `tables` holds rows.",
        "tables": WHAT_TABLES_HOLD,
        "columns": WHAT_COLUMNS_HOLD,
        "questions": {key: question.text for key, question in content.safety.questions.items()},
        "parts_of_the_body": dict(content.vocabularies.body_regions),
        "programmes": {slug: each.name for slug, each in content.programmes.items()},
        "movements": {slug: each.name for slug, each in content.movements.items()},
        "kinds_of_pain": {kind.id: kind.label for kind in content.safety.after_session.kinds},
        "therapists": {
            str(row.id): row.name
            for row in db.session.execute(therapists.where(CareLink.user_id == user.id))
        },
        "looks": access_log.WORDS,
        "followed": programme_versions.kept_for(user),
    }


def _owner(table: Table) -> Column[object] | None:
    """Return the column that leads to the person: `user_id`, else to the row it is part of.

    Never one that may be empty: some rows are part of one thing or of another.
    """
    if "user_id" in table.columns:
        return table.columns["user_id"]
    for column in table.columns:
        for key in column.foreign_keys:
            is_part = key.ondelete == "CASCADE" and not column.nullable
            if is_part and _owner(key.column.table) is not None:
                return column
    return None


def _rows(user: User, table: Table) -> Iterator[dict[str, object]]:
    left_out = left_out_of(table)
    sealed = sealing.names_of_sealed_columns().get(table.name, frozenset())
    found = rows_of(user, table).execution_options(yield_per=ROWS_AT_A_TIME)
    for row in db.session.execute(found).mappings():
        yield {
            name: shown(vault.readable(user, str(value))) if name in sealed else _plain(value)
            for name, value in row.items()
            if name not in left_out
        }


def _plain(value: object) -> object:
    """Return what JSON can hold: days and instants as ISO 8601, identities as text."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _region_ratings(user: User) -> Mapping[int, dict[str, tuple[int | None, int | None]]]:
    found: dict[int, dict[str, tuple[int | None, int | None]]] = {}
    rows = db.session.scalars(select(CheckInRegion).join(CheckIn).where(CheckIn.user_id == user.id))
    for row in rows:
        found.setdefault(row.check_in_id, {})[row.region] = (row.stiffness, row.pain)
    return found


def _cell(user: User, column: str, value: object) -> object:
    """Return what a table shows of a check-in: what was written by hand is opened, and no formula."""
    if column not in sealing.names_of_sealed_columns()[CheckIn.__tablename__]:
        return ("no", "yes")[value] if isinstance(value, bool) else value
    return _no_formula(shown(vault.readable(user, str(value))))


def _no_formula(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _csv_line(values: list[object]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue()
