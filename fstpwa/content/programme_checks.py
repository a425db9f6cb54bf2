"""Checks programmes: what they name, their weeks, ramps and rules; and what leads to them."""

from collections.abc import Iterator

from fstpwa.content.dose_checks import sessions_of
from fstpwa.content.files import ContentFiles, file_of
from fstpwa.content.programme_files import PhaseFile, ProgrammeFile, StepBackFile
from fstpwa.domain import going_on_tests, step_back
from fstpwa.domain.errors import BrokenContent

Problems = Iterator[BrokenContent]

LARGEST_STEP = 1.2
"""A week's dose is at most this share of the week before (content B.1)."""


def check_programmes(files: ContentFiles) -> Problems:
    """Yield what is wrong with each programme."""
    for slug, programme in files.programmes.items():
        name = file_of("programmes", slug)
        yield from _check_codes(files, name, programme)
        yield from _check_movements(files, name, programme)
        yield from _check_weeks(name, programme)
        phase_ids = [phase.id for phase in programme.phases]
        for place, phase in enumerate(programme.phases):
            field = f"phases.{place}"
            if phase.id in phase_ids[:place]:
                yield BrokenContent(name, f"{field}.id", f"{phase.id!r} is there twice")
            yield from _check_phase(name, field, phase, phase_ids)
            for rule_place, rule in enumerate(phase.step_back):
                where = f"{field}.step_back.{rule_place}"
                yield from _check_step_back(files, name, where, rule, phase_ids)
            yield from _check_known_rules(name, field, phase)


def check_reasons(files: ContentFiles) -> Problems:
    """Yield reasons that are there twice, or name a programme or region that does not exist.

    A retired programme may stay: it is no longer suggested.
    """
    name = file_of("reasons")
    seen: set[str] = set()
    for place, reason in enumerate(files.reasons.reasons):
        field = f"reasons.{place}"
        if reason.id in seen:
            yield BrokenContent(name, f"{field}.id", f"{reason.id!r} is there twice")
        seen.add(reason.id)
        for number, slug in enumerate(reason.programmes):
            where = f"{field}.programmes.{number}"
            if slug not in files.programmes:
                yield BrokenContent(name, where, f"there is no programme {slug!r}")
        for number, region in enumerate(reason.regions):
            if region not in files.vocabularies.body_regions:
                where = f"{field}.regions.{number}"
                yield BrokenContent(name, where, f"{region!r} is not in the vocabulary")


def _check_codes(files: ContentFiles, name: str, programme: ProgrammeFile) -> Problems:
    words = files.vocabularies
    for field, codes, allowed in (
        ("serves", programme.serves, words.conditions),
        ("target_regions", programme.target_regions, words.body_regions),
    ):
        for place, code in enumerate(codes):
            if code not in allowed:
                yield BrokenContent(name, f"{field}.{place}", f"{code!r} is not in the vocabulary")
    for place, use in enumerate(programme.measures):
        if use.measure not in files.measures:
            yield BrokenContent(
                name, f"measures.{place}.measure", f"there is no measure {use.measure!r}"
            )
    if programme.asks_side != (programme.side_question is not None):
        yield BrokenContent(name, "side_question", "is given where asks_side is true, only there")


def _check_movements(files: ContentFiles, name: str, programme: ProgrammeFile) -> Problems:
    for field, session in sessions_of(programme):
        for place, line in enumerate(session.movements):
            where = f"{field}.movements.{place}.slug"
            if line.slug not in files.movements:
                yield BrokenContent(name, where, f"there is no movement {line.slug!r}")
            elif files.movements[line.slug].retired and not programme.retired:
                yield BrokenContent(name, where, f"{line.slug!r} is retired")
        minutes = (
            session.session_minutes,
            session.minutes_without_optional,
            session.minutes_core_only,
        )
        if list(minutes) != sorted(minutes, reverse=True):
            yield BrokenContent(
                name, f"{field}.session_minutes", "a shorter version is said to take longer"
            )


def _check_weeks(name: str, programme: ProgrammeFile) -> Problems:
    weeks = [week for phase in programme.phases for week in phase.weeks]
    if weeks != list(range(1, programme.weeks + 1)):
        yield BrokenContent(
            name, "weeks", f"the phases must cover weeks 1 to {programme.weeks} in order"
        )


def _check_phase(name: str, field: str, phase: PhaseFile, phase_ids: list[str]) -> Problems:
    if len(phase.dose_ramp) != len(phase.weeks):
        yield BrokenContent(
            name, f"{field}.dose_ramp", f"must have {len(phase.weeks)} factors, one a week"
        )
    for place in range(1, len(phase.dose_ramp)):
        before, now = phase.dose_ramp[place - 1], phase.dose_ramp[place]
        # A tenth of a percent allows for factors that were rounded to two places.
        if now > before * LARGEST_STEP + 0.001:
            yield BrokenContent(
                name, f"{field}.dose_ramp.{place}", f"{before} to {now} is more than 20 % a week"
            )
    if phase.progress.next not in {*phase_ids, "complete"}:
        yield BrokenContent(
            name, f"{field}.progress.next", f"there is no phase {phase.progress.next!r}"
        )
    if phase.progress_when != phase.progress.sentence:
        yield BrokenContent(name, f"{field}.progress_when", "must repeat progress.sentence")
    session_ids = [session.id for session in phase.sessions]
    for place, session_id in enumerate(session_ids):
        if session_id in session_ids[:place]:
            yield BrokenContent(
                name, f"{field}.sessions.{place}.id", f"{session_id!r} is there twice"
            )


def _check_known_rules(name: str, field: str, phase: PhaseFile) -> Problems:
    """Yield rules that nobody can carry out: they would silently do nothing."""
    rules = phase.to_domain()
    for place, rule in enumerate(rules.step_back):
        if (problem := step_back.unknown_in(rule)) is not None:
            yield BrokenContent(name, f"{field}.step_back.{place}", problem)
    for place, test in enumerate(rules.progress["also"]):
        if (problem := going_on_tests.unknown_in(test)) is not None:
            yield BrokenContent(name, f"{field}.progress.also.{place}", problem)
        if test.get("movement", "") not in {"", *_slugs_of(phase)}:
            yield BrokenContent(
                name, f"{field}.progress.also.{place}.movement", "is in no session of this phase"
            )


def _slugs_of(phase: PhaseFile) -> frozenset[str]:
    return frozenset(line.slug for session in phase.sessions for line in session.movements)


def _check_step_back(
    files: ContentFiles, name: str, where: str, rule: StepBackFile, phase_ids: list[str]
) -> Problems:
    for field, phase in (
        ("then.phase", rule.then.phase),
        ("then.restart_phase", rule.then.restart_phase),
    ):
        if phase is not None and phase not in phase_ids:
            yield BrokenContent(name, f"{where}.{field}", f"there is no phase {phase!r}")
    for field, movement in (
        ("trigger.movement", rule.trigger.movement),
        ("then.movement", rule.then.movement),
    ):
        if movement is not None and movement not in files.movements:
            yield BrokenContent(name, f"{where}.{field}", f"there is no movement {movement!r}")
    if rule.trigger.measure is not None and rule.trigger.measure not in files.measures:
        yield BrokenContent(
            name, f"{where}.trigger.measure", f"there is no measure {rule.trigger.measure!r}"
        )
    for place, question in enumerate(rule.then.ask or []):
        if question not in files.questions:
            yield BrokenContent(
                name, f"{where}.then.ask.{place}", f"there is no question {question!r}"
            )
