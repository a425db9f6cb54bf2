"""One made-up person's days in a programme, decided by the product's own rules.

The services do the same with a database in between: facts, rules, the session, the gate. Here the
facts are in memory, so that thousands of years fit into minutes.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from time import perf_counter
from uuid import UUID

from bench.adaptation.checks import DayChecks
from bench.adaptation.people import RATINGS, Person
from fstpwa.content import library
from fstpwa.domain.adaptation import Adaptation
from fstpwa.domain.adapted_session import adapted, adapted_flare
from fstpwa.domain.day_rules import adaptation
from fstpwa.domain.gated_session import gated
from fstpwa.domain.good_days import GoodDay
from fstpwa.domain.planning import (
    Offer,
    PlannedDay,
    Schedule,
    calendar,
    flare_items,
    planned_items,
    suggested_weekdays,
)
from fstpwa.domain.practice_history import (
    DayRecord,
    EventKind,
    EventRecord,
    MovementRecord,
    Place,
    PlannedRecord,
    PracticeHistory,
    SessionRecord,
)
from fstpwa.domain.progression import offer
from fstpwa.domain.put_aside import put_aside
from fstpwa.domain.session import PlannedItem
from fstpwa.domain.standing import Answer, Condition, History, Source, standing
from fstpwa.domain.variants import usual_s

DAYS = 365
REACH_DAYS = 180
"""As far back as the services read."""
FIRST_DAY = date(2026, 1, 5)
AT_MIN = 18 * 60


@dataclass(slots=True)
class Late:
    """Something that is told on a later day than it happened."""

    arrives: date
    session: SessionRecord | None = None
    day: tuple[date, DayRecord] | None = None


@dataclass(slots=True)
class Year:
    """What became of one person in one year."""

    person: Person
    place: Place
    checks: DayChecks
    days: dict[date, DayRecord] = field(default_factory=dict)
    sessions: list[SessionRecord] = field(default_factory=list)
    planned: list[PlannedRecord] = field(default_factory=list)
    events: list[EventRecord] = field(default_factory=list)
    late: list[Late] = field(default_factory=list)
    health: list[Answer] = field(default_factory=list)
    conditions: tuple[Condition, ...] = ()
    counts: Counter[str] = field(default_factory=Counter)
    decided_in_s: list[float] = field(default_factory=list)
    """How long it took to decide each day."""
    ended_on: date | None = None

    def history(self, today: date) -> PracticeHistory:
        """Return what is known by now, as the services read it."""
        since = today - timedelta(days=REACH_DAYS)
        return PracticeHistory(
            place=self.place,
            days={day: said for day, said in sorted(self.days.items()) if since <= day <= today},
            sessions=tuple(
                sorted(
                    (each for each in self.sessions if since <= each.day <= today),
                    key=lambda each: (each.day, each.id),
                )
            ),
            planned=tuple(each for each in self.planned if since <= each.day <= today),
            events=tuple(each for each in self.events if since <= each.day <= today),
        )


def live(person: Person) -> Year:
    """Live through a year, or until the programme is finished."""
    programme = person.programme
    year = Year(
        person=person,
        place=Place(
            phase=programme.phases[0].id,
            ramp_step=0,
            since=FIRST_DAY,
            phase_since=FIRST_DAY,
            started_on=FIRST_DAY,
        ),
        checks=DayChecks(person=person),
    )
    for number in range(DAYS):
        _live_day(year, number, FIRST_DAY + timedelta(days=number))
        if year.ended_on is not None:
            break
    return year


def _live_day(year: Year, number: int, today: date) -> None:
    person, chance = year.person, year.person.chance
    person.body.begin_day(person.habits.flares_a_year)
    _let_arrive(year, today)
    _answer_about_health(year, today)
    planned = _planned(year, today)
    year.planned += [
        PlannedRecord(
            day=today, template=each.template.id, state="planned", optional=each.template.optional
        )
        for each in planned
    ]
    away = person.is_away(number)
    if not away:
        _answer_about_yesterday(year, today)
        if chance.random() < person.habits.answers:
            _check_in(year, today)
    history = year.history(today)
    begun = perf_counter()
    found = adaptation(history, person.programme, today, library().movements)
    year.decided_in_s.append(perf_counter() - begun)
    year.checks.decided(history, found, today)
    if not away and _suggests(found) and chance.random() < person.habits.keeps_usual:
        year.events.append(EventRecord(day=today, kind="kept_usual"))
        history = year.history(today)
        found = adaptation(history, person.programme, today, library().movements)
        year.checks.decided(history, found, today)
    _count(year, found)
    for each in planned:
        _session(year, each, found, today, away=away)
    if not away:
        _say_back(year, found, today)
        _answer_offer(year, found, today)


def _planned(year: Year, today: date) -> list[PlannedDay]:
    phase = year.person.programme.phase(year.place.phase)
    schedule = Schedule(weekdays=suggested_weekdays(phase), at_min=AT_MIN)
    return calendar(phase, schedule, today, 1)


def _session(
    year: Year, planned: PlannedDay, found: Adaptation, today: date, *, away: bool
) -> None:
    """Work out what a planned session becomes, check it, and perhaps do it."""
    person = year.person
    programme, movements = person.programme, library().movements
    phase = programme.phase(year.place.phase)
    side = "left" if programme.asks_side else None
    items = planned_items(programme, phase, planned.template, year.place.ramp_step, side, movements)
    easing = found.easing_for(planned.template.id)
    usual = adapted(
        items, easing, template=planned.template.id, programme=programme, movements=movements
    )
    prescribed_flare = flare_items(programme, side, movements)
    flare = adapted_flare(items, prescribed_flare, easing, movements=movements)
    aside = put_aside(person.preferences, movements, library().vocabularies, found.why_away)
    left = gated(usual, year.conditions, programme, movements, aside)
    left_of_flare = gated(flare, year.conditions, programme, movements, aside)
    year.checks.session(items, usual, (left, left_of_flare), found, year.conditions, today)
    done = left.items or left_of_flare.items
    if away or not done or person.chance.random() > person.habits.practises:
        return
    _practise(year, planned, done, "usual" if left.items else "flare", today)


def _practise(
    year: Year, planned: PlannedDay, items: tuple[PlannedItem, ...], variant: str, today: date
) -> None:
    person = year.person
    before = person.body.rating("pain")
    seconds = usual_s(items, library().movements)
    worst = max(before, person.body.practise(seconds))
    kinds: tuple[str, ...] = ("stretching",)
    sharp = person.chance.random() < 0.006
    hurt = person.chance.choice(items).slug if sharp else None
    too_much = person.chance.choice(items).slug if person.chance.random() < 0.03 else None
    session = SessionRecord(
        id=UUID(int=person.chance.getrandbits(128)),
        day=today,
        template=planned.template.id,
        phase=year.place.phase,
        variant=variant,  # type: ignore[arg-type]  # one of two names
        done_s=seconds,
        planned_s=seconds,
        pain_before=before,
        worst_pain=worst,
        pain_kinds=(*kinds, "sharp") if sharp else kinds,
        movements=tuple(
            MovementRecord(
                slug=item.slug,
                state="done",
                easier=item.softened or item.slug == too_much,
                reason="pain" if item.slug == too_much else None,
                pain_kind="sharp" if item.slug == hurt else None,
                held_s=min(60, 6 + year.counts["sessions"] // 3),
                support="fingertips",
            )
            for item in items
        ),
    )
    year.counts["sessions"] += 1
    _mark_done(year, planned, today)
    if person.chance.random() < person.habits.enters_late:
        wrong = today + timedelta(days=person.chance.choice((-1, 0, 0)))
        arrives = today + timedelta(days=person.chance.randint(1, 12))
        year.late.append(Late(arrives=arrives, session=replace(session, day=wrong)))
    else:
        year.sessions.append(session)


def _mark_done(year: Year, planned: PlannedDay, today: date) -> None:
    for position in range(len(year.planned) - 1, -1, -1):
        each = year.planned[position]
        if each.day != today:
            break
        if each.template == planned.template.id and each.state == "planned":
            year.planned[position] = replace(each, state="done")
            return


def _answer_about_yesterday(year: Year, today: date) -> None:
    """Say how the morning after is, and after two days whether it settled."""
    person = year.person
    for position in range(max(0, len(year.sessions) - 6), len(year.sessions)):
        each = year.sessions[position]
        ago = (today - each.day).days
        if (
            ago == 1
            and each.next_morning_pain is None
            and person.chance.random() < person.habits.answers
        ):
            year.sessions[position] = replace(each, next_morning_pain=person.body.rating("pain"))
        elif (
            ago == 2
            and each.settled is None
            and each.next_morning_pain is not None
            and each.pain_before is not None
            and each.next_morning_pain - each.pain_before >= 2
        ):
            settled = person.body.rating("pain") - each.pain_before < 2
            year.sessions[position] = replace(each, settled=settled)


def _check_in(year: Year, today: date) -> None:
    person = year.person
    felt = {name: person.body.rating(name) for name in RATINGS}
    bad = sum(felt.values()) / 3 > sum(person.body.usual.values()) / 3 + 1.2
    said = DayRecord(
        **felt,
        first_step_pain=person.body.rating("pain"),
        good_day=GoodDay.NO if bad else person.chance.choice((GoodDay.YES, GoodDay.SO_SO)),
        flare=bool(person.body.flare_left) and person.chance.random() < 0.5,
        woken_by_pain=bad and person.chance.random() < 0.3,
    )
    if person.chance.random() < person.habits.enters_late:
        arrives = today + timedelta(days=person.chance.randint(1, 12))
        year.late.append(Late(arrives=arrives, day=(today, said)))
    else:
        year.days[today] = said


def _let_arrive(year: Year, today: date) -> None:
    for each in [late for late in year.late if late.arrives <= today]:
        year.late.remove(each)
        if each.session is not None:
            year.sessions.append(each.session)
        if each.day is not None:
            year.days.setdefault(each.day[0], each.day[1])


def _answer_about_health(year: Year, today: date) -> None:
    """Sometimes say yes to a question about health, and no to one that was a yes."""
    person, safety = year.person, library().safety
    if person.chance.random() < person.habits.answers_change_a_year / 365:
        yes = {each.question for each in year.health if each.yes}
        again = person.chance.random() < 0.5 and bool(yes)
        pool = (
            sorted(yes)
            if again
            else [
                each.id
                for each in safety.questions.values()
                if each.sets_flag and each.id != "mo_flare"
            ]
        )
        question = person.chance.choice(pool)
        flag = safety.flags.get(safety.questions[question].sets_flag or "")
        regions = sorted(flag.regions or ()) if flag else []
        year.health.append(
            Answer(
                question=question,
                yes=not again,
                at=datetime.combine(today, time(12), UTC),
                day=today,
                source=Source.CORRECTION if again else Source.WORRY,
                regions=frozenset(person.chance.sample(regions, min(1, len(regions)))),
            )
        )
    found = standing(History(answers=year.health), safety, today)
    # What locks the whole plan leads away from sessions altogether (services/gate.py).
    year.conditions = tuple(each for each in found.conditions if each.whole_plan is None)


def _suggests(found: Adaptation) -> bool:
    return found.may_keep_usual


def _say_back(year: Year, found: Adaptation, today: date) -> None:
    person = year.person
    if found.easing.session == "flare" and person.chance.random() < person.habits.says_back:
        year.events.append(EventRecord(day=today, kind="back_to_usual"))


def _answer_offer(year: Year, found: Adaptation, today: date) -> None:
    """Take what is offered, or leave it."""
    person = year.person
    offered = offer(year.history(today), person.programme, today, found)
    if offered is None:
        return
    year.counts["offers"] += 1
    year.checks.offered(offered, year.place, today)
    if person.chance.random() > person.habits.says_yes:
        if offered.kind == "restart":
            _note(year, "stayed", today)
        return
    _take(year, offered, today)


def _take(year: Year, offered: Offer, today: date) -> None:
    year.counts[f"took {offered.kind}"] += 1
    if offered.kind == "complete":
        year.ended_on = today
        return
    moved = offered.phase_id != year.place.phase or offered.kind == "restart"
    year.place = replace(
        year.place,
        phase=offered.phase_id,
        ramp_step=offered.ramp_step,
        since=today,
        phase_since=today if moved else year.place.phase_since,
    )


def _note(year: Year, kind: EventKind, today: date) -> None:
    year.events.append(EventRecord(day=today, kind=kind))


def _count(year: Year, found: Adaptation) -> None:
    year.counts["days"] += 1
    year.counts[_kind_of(found)] += 1
    for reason in found.reasons:
        year.counts[f"rule {reason.rule.split(':')[0]}"] += 1


def _kind_of(found: Adaptation) -> str:
    if found.kept_usual:
        return "kept usual"
    if found.easing.session != "usual":
        return found.easing.session
    return "as planned" if found.easing.is_nothing else "eased"
