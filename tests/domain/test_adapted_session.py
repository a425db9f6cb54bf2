"""An easing laid on a planned session: it only ever asks for less."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fstpwa.content import library
from fstpwa.domain.adaptation import NOTHING, Easing, Reason, put_together
from fstpwa.domain.adapted_session import BOTH_HANDS, adapted, adapted_flare
from fstpwa.domain.planning import flare_items, planned_items
from fstpwa.domain.programme import Phase, Programme, SessionTemplate
from fstpwa.domain.session import PlannedItem
from fstpwa.domain.variants import usual_s

MOVEMENTS = library().movements
PROGRAMMES = library().programmes
TODAY = date(2026, 3, 4)
PLACES = [
    (programme, phase, template)
    for programme in PROGRAMMES.values()
    for phase in programme.phases
    for template in phase.sessions
]


def items_of(programme: Programme, phase: Phase, template: SessionTemplate):
    return planned_items(programme, phase, template, 9, "both", MOVEMENTS)


def eased(programme: Programme, template: SessionTemplate, items, easing: Easing):
    return adapted(items, easing, template=template.id, programme=programme, movements=MOVEMENTS)


def main_of(slug: str, phase_id: str):
    programme = PROGRAMMES[slug]
    phase = programme.phase(phase_id)
    return programme, phase.sessions[0], items_of(programme, phase, phase.sessions[0])


def amounts(item: PlannedItem) -> tuple[int, ...]:
    dose = item.easier_dose if item.softened else item.dose
    return (dose.sets, dose.reps or 0, dose.hold_s or 0, dose.seconds or 0)


EASINGS = st.builds(
    Easing,
    session=st.sampled_from(["usual", "easier"]),
    sets_less=st.integers(0, 2),
    dose_share=st.sampled_from([0.5, 0.75, 1.0]),
    time_share=st.sampled_from([0.67, 1.0]),
    movements_easier=st.frozensets(st.sampled_from(sorted(MOVEMENTS)), max_size=5),
    both_hands=st.booleans(),
)


@settings(max_examples=200)
@given(st.sampled_from(PLACES), EASINGS, st.booleans())
def test_no_easing_ever_asks_for_more_or_for_another_movement(place, easing, uses_earlier_phase):
    programme, phase, template = place
    if uses_earlier_phase:
        easing = Easing(phase_doses=programme.phases[0].id, time_share=easing.time_share)
    items = items_of(programme, phase, template)
    found = eased(programme, template, items, easing)
    before = {item.id: item for item in items}
    assert [item.id for item in found] == [
        each.id for each in items if each.id in {i.id for i in found}
    ]
    for item in found:
        assert item.slug == before[item.id].slug
        # An alternating movement keeps an even number, so one repetition may be rounded up.
        assert all(
            now <= then + (MOVEMENTS[item.slug].sides == "alternating")
            for now, then in zip(amounts(item), amounts(before[item.id]), strict=True)
        )
    assert found, "something is always left of a session that is done"


@pytest.mark.parametrize(
    ("programme", "phase", "template"),
    PLACES,
    ids=lambda each: getattr(each, "slug", None) or each.id,
)
def test_nothing_to_ease_leaves_a_session_as_it_is(programme, phase, template):
    items = items_of(programme, phase, template)
    assert eased(programme, template, items, NOTHING) == items


def test_a_flare_day_or_a_day_of_nothing_leaves_no_usual_session():
    programme, template, items = main_of("low-back", "build")
    assert eased(programme, template, items, Easing(session="flare")) == ()
    assert eased(programme, template, items, Easing(session="none")) == ()


def test_easier_versions_soften_every_movement():
    programme, template, items = main_of("low-back", "build")
    found = eased(programme, template, items, Easing(session="easier"))
    assert len(found) == len(items)
    assert all(item.softened for item in found)


def test_the_doses_of_the_part_before_count_where_they_are_smaller():
    programme, template, items = main_of("low-back", "build")
    found = {i.slug: i for i in eased(programme, template, items, Easing(phase_doses="calm"))}
    calm = {line.slug for session in programme.phase("calm").sessions for line in session.movements}
    assert {slug for slug, item in found.items() if item.softened} == set(found) - calm


def test_one_set_less_and_with_only_one_set_the_easier_version():
    programme, template, items = main_of("low-back", "load")
    found = {i.slug: i for i in eased(programme, template, items, Easing(sets_less=1))}
    several = {item.slug: item.dose.sets for item in items if item.dose.sets > 1}
    assert several
    for item in items:
        if item.slug in several:
            assert found[item.slug].dose.sets == several[item.slug] - 1
            assert not found[item.slug].softened
        else:
            assert found[item.slug].softened


def test_half_a_dose_is_half_rounded_up():
    programme, template, items = main_of("fibromyalgia-gentle-20", "p1")
    found = eased(programme, template, items, Easing(dose_share=0.5))
    breathing, before = found[0], items[0]
    assert before.slug == "belly-breathing-lying"
    assert breathing.dose.seconds == -(-before.dose.seconds // 2)


def test_a_third_less_time_leaves_out_what_matters_least():
    programme, template, items = main_of("fibromyalgia-gentle-20", "p5")
    found = eased(programme, template, items, Easing(time_share=0.67))
    assert usual_s(found, MOVEMENTS) <= 0.67 * usual_s(items, MOVEMENTS)
    kept = {item.id for item in found}
    assert all(item.id in kept for item in items if item.priority == "core")


def test_what_concerns_one_session_leaves_the_others_alone():
    programme = PROGRAMMES["plantar-heel"]
    phase = programme.phase("load1")
    daily, load = phase.sessions
    half = Easing(dose_share=0.5, only_template="load")
    assert eased(programme, daily, items_of(programme, phase, daily), half) == items_of(
        programme, phase, daily
    )
    assert eased(programme, load, items_of(programme, phase, load), half) != items_of(
        programme, phase, load
    )


def test_both_hands_are_said_with_whatever_is_done_standing_for_balance():
    programme, template, items = main_of("balance-and-gait", "lighter")
    found = eased(programme, template, items, Easing(both_hands=True))
    for item in found:
        is_balance = MOVEMENTS[item.slug].kind == "balance"
        assert (BOTH_HANDS in item.note) == is_balance


def reason(rule: str, easing: Easing, *, may_keep_usual: bool = True) -> Reason:
    return Reason(
        rule=rule, sentence=rule, since=TODAY, easing=easing, may_keep_usual=may_keep_usual
    )


SESSION_WIDE = [
    Easing(session="none"),
    Easing(session="flare"),
    Easing(session="easier", time_share=0.67),
    Easing(session="easier"),
    Easing(phase_doses="p1", time_share=0.67),
    Easing(phase_doses="p1"),
    Easing(dose_share=0.5),
    Easing(dose_share=0.75),
    Easing(sets_less=1),
    NOTHING,
]


def test_easings_are_ranked_by_how_cautious_they_are():
    ranks = [each.caution for each in SESSION_WIDE]
    assert ranks == sorted(ranks, reverse=True)
    assert len(set(ranks)) == len(ranks)


@given(st.lists(st.sampled_from(SESSION_WIDE), max_size=5))
def test_the_most_cautious_reason_wins_and_no_share_grows_in_whatever_order_they_come(easings):
    reasons = [reason(f"r{number}", each) for number, each in enumerate(easings)]
    found = put_together(reasons, TODAY, keeps_usual=False)
    assert found == put_together(reversed(reasons), TODAY, keeps_usual=False)
    strongest = max(easings, key=lambda each: each.caution, default=NOTHING)
    assert (found.easing.session, found.easing.phase_doses, found.easing.sets_less) == (
        strongest.session,
        strongest.phase_doses,
        strongest.sets_less,
    )
    assert found.easing.dose_share == min((each.dose_share for each in easings), default=1)
    assert found.easing.time_share == min((each.time_share for each in easings), default=1)


def test_what_concerns_single_movements_adds_up():
    found = put_together(
        [
            reason("a", Easing(movements_away=frozenset({"neck-turns"}))),
            reason("b", Easing(movements_easier=frozenset({"open-book"}))),
            reason("c", Easing(session="easier")),
        ],
        TODAY,
        keeps_usual=False,
    )
    assert found.easing == Easing(
        session="easier",
        movements_away=frozenset({"neck-turns"}),
        movements_easier=frozenset({"open-book"}),
    )


def test_keeping_the_usual_leaves_what_may_not_be_overruled():
    reasons = [
        reason("sore", Easing(session="easier")),
        reason("sharp", Easing(movements_away=frozenset({"neck-turns"})), may_keep_usual=False),
    ]
    kept = put_together(reasons, TODAY, keeps_usual=True)
    assert kept.easing == Easing(movements_away=frozenset({"neck-turns"}))
    assert not kept.may_keep_usual
    assert put_together(reasons, TODAY, keeps_usual=False).may_keep_usual


def test_what_concerns_one_session_leaves_single_movements_eased_in_the_others():
    programme = PROGRAMMES["plantar-heel"]
    phase = programme.phase("load1")
    daily = phase.sessions[0]
    items = items_of(programme, phase, daily)
    slug = items[0].slug
    found = eased(
        programme,
        daily,
        items,
        Easing(session="easier", only_template="load", movements_easier=frozenset({slug})),
    )
    assert {item.slug for item in found if item.softened} == {slug}


def test_what_concerns_one_session_leaves_both_hands_in_the_others():
    programme, template, items = main_of("balance-and-gait", "lighter")
    found = eased(
        programme, template, items, Easing(sets_less=1, only_template="none", both_hands=True)
    )
    assert any(BOTH_HANDS in item.note for item in found)
    assert [item.dose for item in found] == [item.dose for item in items]


def test_both_hands_are_said_once_however_often_they_are_asked_for():
    programme, template, items = main_of("balance-and-gait", "lighter")
    once = eased(programme, template, items, Easing(both_hands=True))
    assert eased(programme, template, once, Easing(both_hands=True)) == once


@pytest.mark.parametrize(
    "easing",
    [
        Easing(sets_less=1),
        Easing(dose_share=0.5),
        Easing(phase_doses="calm"),
        Easing(both_hands=True),
    ],
)
def test_what_the_safety_gate_softened_stays_softened(easing):
    programme, template, items = main_of("low-back", "load")
    softened = tuple(replace(item, softened=True) for item in items)
    assert all(item.softened for item in eased(programme, template, softened, easing))


@pytest.mark.parametrize(
    "easing", [Easing(sets_less=1), Easing(sets_less=3), Easing(dose_share=0.5)]
)
@pytest.mark.parametrize(
    ("programme", "phase", "template"),
    PLACES,
    ids=lambda each: getattr(each, "slug", None) or each.id,
)
def test_an_eased_dose_is_never_nothing_and_its_easier_version_never_more(
    programme, phase, template, easing
):
    for item in eased(programme, template, items_of(programme, phase, template), easing):
        assert item.dose.sets >= 1
        assert item.easier_dose.sets <= item.dose.sets
        if item.dose.reps is not None and item.easier_dose.reps is not None:
            assert 1 <= item.easier_dose.reps <= item.dose.reps
            if MOVEMENTS[item.slug].sides == "alternating":
                assert item.dose.reps % 2 == item.easier_dose.reps % 2 == 0


@pytest.mark.parametrize(
    "place", PLACES, ids=lambda each: f"{each[0].slug}-{each[1].id}-{each[2].id}"
)
def test_nothing_gets_longer_on_a_flare_day(place):
    programme, phase, template = place
    items = items_of(programme, phase, template)
    gentle = flare_items(programme, "both", MOVEMENTS)
    found = adapted_flare(items, gentle, Easing(session="flare"), movements=MOVEMENTS)
    played = [replace(each, softened=each.easier_dose != each.dose) for each in found]
    assert usual_s(played, MOVEMENTS) <= usual_s(items, MOVEMENTS)
    assert found in ((), gentle)


def test_a_short_break_rests_on_a_flare_day_and_the_main_session_becomes_the_gentle_one():
    programme = PROGRAMMES["neck-and-desk"]
    phase = programme.phase("settle")
    gentle = flare_items(programme, "both", MOVEMENTS)
    main, micro = (items_of(programme, phase, each) for each in phase.sessions)
    flare = Easing(session="flare")
    assert adapted_flare(main, gentle, flare, movements=MOVEMENTS) == gentle
    assert adapted_flare(micro, gentle, flare, movements=MOVEMENTS) == ()
    assert adapted_flare(micro, gentle, NOTHING, movements=MOVEMENTS) == gentle
    assert adapted_flare(main, gentle, Easing(session="none"), movements=MOVEMENTS) == ()
