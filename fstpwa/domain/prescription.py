"""What a therapist gives one client, as the data of a programme: a routine, or an adapted programme.

Everything that plans, gates, plays and counts works on programmes. So what is given is a whole
one, in the shape of content/programme_files.py, and nothing else has to know about it. Doses and
days are the therapist's; when to do less is the library's.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.movement import Movement
from fstpwa.domain.routine import RoutineLine, lean, line_problems, session_movement

ROUTINE = "routine-"
"""Begins the slug of what is followed of a routine; its public id follows, in hexadecimal."""
MAIN = "main"
"""Id of a routine's only phase and of its only session."""
WEEKS = 52
"""A routine has no parts to go through: until its last day, or for a year, nothing is offered."""
TIMES_PER_DAY = range(1, 5)
EACH = "useful"
"""The priority of each movement of a routine: in a shorter version the last go first."""
LONGEST_MIN = 90
"""The most minutes that a session in a programme's file may say it takes."""

DOING_LESS = frozenset(
    {
        "use",
        "drop",
        "if_only_one_set",
        "session",
        "suggest",
        "needs_confirmation",
        "calendar",
        "until",
        "then",
    }
)
"""What a rule for doing less may do to be of use to a routine: it names no part or movement."""
_NOT_FOR_ALL = frozenset({"movement", "measure", "event", "consecutive_loading_days"})
"""A rule that waits for one of these is about something its own programme has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseChange:
    """How much of one movement somebody does, wherever a programme has it. None: as it is."""

    sets: int | None = None
    """1-10."""
    reps: int | None = None
    """1-30."""
    hold_s: int | None = None
    """5-120 seconds."""
    seconds: int | None = None
    """10-600."""
    easier: bool = False
    """Whether only the easier version is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is different for one client in a programme of the library."""

    left_out: frozenset[str] = frozenset()
    """Slugs."""
    doses: Mapping[str, DoseChange] = field(default_factory=dict)
    """Slug -> what is different."""

    def __bool__(self) -> bool:
        """Whether anything is different."""
        return bool(self.left_out) or any(each != DoseChange() for each in self.doses.values())


def slug_of_routine(routine_id: UUID) -> str:
    """Return what an enrolment in a routine has for its programme's slug."""
    return f"{ROUTINE}{routine_id.hex}"


def is_routine(slug: str) -> bool:
    """Return whether a programme's slug is a routine's."""
    return slug.startswith(ROUTINE)


def asks_side(lines: Iterable[RoutineLine], movements: Mapping[str, Movement]) -> bool:
    """Return whether a routine needs to know a side: a movement of it leaves that open."""
    return any(_leaves_side_open(line, movements) for line in lines)


def routine_data(
    slug: str,
    name: str,
    lines: Sequence[RoutineLine],
    *,
    purpose: str = "",
    days_per_week: int,
    times_per_day: int,
    length_s: int,
    source: Mapping[str, Any],
    movements: Mapping[str, Movement],
) -> dict[str, Any]:
    """Return a routine as the data of a programme of one part with one session.

    Movements that the library does not have any more are left out. All are equally important: in
    a shorter version the last go first. When to do less, and the session of a flare day, are those
    that the first part of a programme of the library has; of its rules only those that name no
    other part and no movement.

    Args:
        slug: of `slug_of_routine`.
        name: 1-80 letters, also what the session is called.
        lines: what is done, in order.
        purpose: what it is for, shown to the client.
        days_per_week: 1-7.
        times_per_day: 1-4.
        length_s: how long the session takes.
        source: the file of the programme from which the flare-day session comes.
        movements: the library by slug.

    Raises:
        InvalidValue: no movement is left, or it is done too often.
    """
    known = [line for line in lines if line.slug in movements]
    if not known:
        raise InvalidValue("Nothing of this routine is in the library any more.")
    if days_per_week not in range(1, 8):
        raise InvalidValue("Choose at least one day of the week.")
    if times_per_day not in TIMES_PER_DAY:
        raise InvalidValue("Choose once to four times a day.")
    rules = [rule for rule in source["phases"][0]["step_back"] if _fits_a_routine(rule)]
    asked = asks_side(known, movements)
    return {
        "slug": slug,
        "name": name,
        "serves": source["serves"],
        "weeks": WEEKS,
        "who_for": "Put together for you by your therapist.",
        "not_for": source["not_for"],
        "evidence_line": "Put together for you by your therapist.",
        "evidence_note": "A therapist's own choice of movements and doses.",
        "target_regions": _regions(known, movements),
        "asks_side": asked,
        "side_question": "Which side is it for?" if asked else None,
        "phases": [
            {
                "id": MAIN,
                "name": "Your routine",
                "weeks": list(range(1, WEEKS + 1)),
                "goal": purpose or "Put together for you by your therapist.",
                "notes": "",
                "dose_ramp": [1.0] * WEEKS,
                "sessions": [
                    {
                        "id": MAIN,
                        "name": name,
                        "days_per_week": days_per_week,
                        "times_per_day": times_per_day,
                        "movements": [_line_data(line, movements) for line in known],
                        **_minutes(length_s),
                    }
                ],
                "progress_when": _GOING_ON["sentence"],
                "progress": deepcopy(_GOING_ON),
                "step_back": deepcopy(rules),
            }
        ],
        "flare_session": deepcopy(source["flare_session"]),
        "measures": [],
        "regression_rules": [rule["sentence"] for rule in rules],
        "stop_rules": list(source["stop_rules"]),
        "is_prescribed": True,
    }


def adapted_data(
    source: Mapping[str, Any], changes: Changes, movements: Mapping[str, Movement]
) -> dict[str, Any]:
    """Return a programme of the library as one client gets it.

    A dose that is changed is the same in all its parts, and still grows with their ramp. A session
    of which nothing is left is not planned; what a rule says of a movement that is left out goes
    with it.

    Args:
        source: the programme's file.
        changes: what is different; what names a movement that it does not have changes nothing.
        movements: the library by slug.

    Raises:
        InvalidValue: nothing is left of a part or of the flare-day session, or a dose cannot be.
    """
    for slug, change in changes.doses.items():
        _check_dose(movements[slug], change)
    data: dict[str, Any] = deepcopy(dict(source))
    for phase in data["phases"]:
        sessions = [_adapted(each, changes, movements) for each in phase["sessions"]]
        phase["sessions"] = [each for each in sessions if each["movements"]]
        if not phase["sessions"]:
            raise InvalidValue(f"Nothing would be left of its part “{phase['name']}”.")
        gone = {each["id"] for each in sessions if not each["movements"]}
        phase["progress"]["also"] = [
            test
            for test in phase["progress"]["also"]
            if test.get("movement") not in changes.left_out and test.get("session") not in gone
        ]
        phase["step_back"] = [
            rule for rule in phase["step_back"] if not _named(rule) & changes.left_out
        ]
    data["flare_session"] = _adapted(data["flare_session"], changes, movements)
    if not data["flare_session"]["movements"]:
        raise InvalidValue("Nothing would be left of its flare-day session.")
    data["is_prescribed"] = True
    return data


def slugs_in(source: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the movements of a programme's file, each once, the flare-day session's last."""
    sessions = [each for phase in source["phases"] for each in phase["sessions"]]
    return tuple(
        dict.fromkeys(
            line["slug"]
            for session in (*sessions, source["flare_session"])
            for line in session["movements"]
        )
    )


_GOING_ON: Mapping[str, Any] = {
    "next": "complete",
    "window_days": 14,
    "min_share_of_planned_sessions": 0.75,
    "no_flare_days": 7,
    "max_rise": {"pain": 1, "fatigue": None, "stiffness": 1},
    "compare": "7-day medians, now against the start of the window",
    "max_step_share": 0.2,
    "needs_confirmation": True,
    "also": [],
    "raise": "one_thing",
    "sentence": "You have had this routine for a year. Finish it, or go on as you are. You decide.",
}


def _line_data(line: RoutineLine, movements: Mapping[str, Movement]) -> dict[str, Any]:
    movement = movements[line.slug]
    said = asdict(session_movement(lean(line, movement)))
    if movement.sides != "left_right":
        said["one_side"] = False
    # No rest at all is said, too: 0 is not nothing.
    data = {
        name: value
        for name, value in said.items()
        if value is not None and value is not False and value != ""
    }
    return data | {"priority": EACH}


def _leaves_side_open(line: RoutineLine, movements: Mapping[str, Movement]) -> bool:
    movement = movements.get(line.slug)
    return movement is not None and movement.sides == "left_right" and line.side is None


def _regions(lines: Iterable[RoutineLine], movements: Mapping[str, Movement]) -> list[str]:
    """Return what the movements of a routine are for, each region once."""
    return list(dict.fromkeys(each for line in lines for each in movements[line.slug].regions))


def _minutes(length_s: int) -> dict[str, int]:
    said = min(max(round(length_s / 60), 1), LONGEST_MIN)
    return {"session_minutes": said, "minutes_without_optional": said, "minutes_core_only": 0}


def _fits_a_routine(rule: Mapping[str, Any]) -> bool:
    return set(rule["then"]) <= DOING_LESS and not _keys(rule["trigger"]) & _NOT_FOR_ALL


def _keys(value: object) -> set[str]:
    """Return the keys that are anywhere in some data."""
    if isinstance(value, Mapping):
        return set(value) | {key for each in value.values() for key in _keys(each)}
    if isinstance(value, list | tuple):
        return {key for each in value for key in _keys(each)}
    return set()


def _named(rule: Mapping[str, Any]) -> set[str]:
    """Return the movements that a rule for doing less names."""
    named = rule["trigger"].get("movement"), rule["then"].get("movement")
    return {each for each in named if each is not None}


def _adapted(
    session: Mapping[str, Any], changes: Changes, movements: Mapping[str, Movement]
) -> dict[str, Any]:
    lines = [
        _changed(line, changes.doses.get(line["slug"], DoseChange()), movements)
        for line in session["movements"]
        if line["slug"] not in changes.left_out
    ]
    return {**session, "movements": lines}


def _changed(
    line: Mapping[str, Any], change: DoseChange, movements: Mapping[str, Movement]
) -> dict[str, Any]:
    said = {name: value for name, value in asdict(change).items() if value}
    if not change.easier:
        return {**line, **said}
    # What the programme asks for here is of the usual version: no more than the easier one has.
    least = movements[line["slug"]].easier.dose
    lower = {
        name: min(line[name], getattr(least, name))
        for name in ("sets", "reps", "hold_s", "seconds")
        if name in line
    }
    return {**line, **lower, **said}


def _check_dose(movement: Movement, change: DoseChange) -> None:
    """Raise InvalidValue where a therapist's routine could not have this dose either."""
    line = RoutineLine(slug=movement.slug, **asdict(change))
    for problem in line_problems(line, movement):
        if problem.field != "slug":
            raise InvalidValue(f"{movement.name}: {problem.words}")
