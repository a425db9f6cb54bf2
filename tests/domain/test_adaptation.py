"""What the reasons of a day do to its sessions, together."""

from dataclasses import replace
from datetime import date

import pytest

from fstpwa.content import library
from fstpwa.domain.adaptation import NOTHING, Adaptation, Easing, Reason, put_together
from fstpwa.domain.day_rules import adaptation
from fstpwa.domain.practice_history import DayRecord, EventRecord, Place, PracticeHistory

TODAY = date(2026, 3, 4)
TURNS = frozenset({"neck-turns"})
BOOK = frozenset({"open-book"})


def reason(rule: str, easing: Easing, *, may_keep_usual: bool = True) -> Reason:
    return Reason(
        rule=rule, sentence=rule, since=TODAY, easing=easing, may_keep_usual=may_keep_usual
    )


def of(*reasons: Reason, keeps_usual: bool = False) -> Adaptation:
    return put_together(reasons, TODAY, keeps_usual=keeps_usual)


def test_to_ask_for_nothing_is_to_be_no_caution_at_all() -> None:
    assert Easing(session="usual") == NOTHING
    assert NOTHING.is_nothing
    assert NOTHING.caution == 0
    assert not Easing(sets_less=1).is_nothing


@pytest.mark.parametrize(
    "easing",
    [
        Easing(sets_less=1),
        Easing(dose_share=0.75),
        Easing(time_share=0.67),
        Easing(phase_doses="a"),
    ],
)
def test_what_eases_one_session_is_less_cautious_than_what_eases_all(easing: Easing) -> None:
    assert 0 < replace(easing, only_template="main").caution < easing.caution


def test_what_leads_is_the_most_cautious_reason() -> None:
    sore, flare = reason("sore", Easing(sets_less=1)), reason("flare", Easing(session="flare"))
    assert of(sore, flare).leading == flare
    assert of().leading is None


def test_a_rule_for_one_session_hides_no_rule_for_all_of_them() -> None:
    one = reason("one", Easing(session="easier", only_template="main"))
    every = reason("all", Easing(sets_less=1))
    found = of(one, every)
    assert found.easing_for("main") == Easing(session="easier")
    assert found.easing_for("other") == Easing(sets_less=1)


def test_what_concerns_another_session_only_is_nothing_for_this_one() -> None:
    found = of(reason("one", Easing(session="easier", only_template="main")))
    assert found.easing_for("other") == NOTHING
    assert of().easing_for("main") == NOTHING


def test_to_keep_the_usual_keeps_it_for_every_session_but_what_may_not_be_overruled() -> None:
    sore = reason("sore", Easing(session="easier", movements_easier=BOOK))
    sharp = reason("sharp", Easing(movements_away=TURNS), may_keep_usual=False)
    assert of(sore, sharp).easing_for("main") == Easing(
        session="easier", movements_easier=BOOK, movements_away=TURNS
    )
    kept = of(sore, sharp, keeps_usual=True)
    assert kept.easing_for("main") == kept.easing == Easing(movements_away=TURNS)


def test_both_hands_of_one_rule_go_with_the_session_of_another() -> None:
    found = of(
        reason("near_fall", Easing(both_hands=True)), reason("flare", Easing(session="easier"))
    )
    assert found.easing == Easing(session="easier", both_hands=True)


def test_why_a_movement_is_away_is_said_by_the_most_cautious_rule_that_acts() -> None:
    mild = reason("mild", Easing(movements_away=TURNS | BOOK))
    sharp = reason("sharp", Easing(session="easier", movements_away=TURNS), may_keep_usual=False)
    assert of(mild, sharp).why_away == {"neck-turns": "sharp", "open-book": "mild"}
    assert of(mild, sharp, keeps_usual=True).why_away == {"neck-turns": "sharp"}


def test_the_usual_can_be_kept_only_against_what_eases_and_may_be_overruled() -> None:
    easier = Easing(session="easier")
    assert of(reason("sore", easier)).may_keep_usual
    assert not of().may_keep_usual
    assert not of(reason("praise", NOTHING)).may_keep_usual
    assert not of(reason("sharp", easier, may_keep_usual=False)).may_keep_usual
    assert not of(reason("sore", easier), keeps_usual=True).may_keep_usual


def test_the_usual_cannot_be_kept_where_nothing_may_be_started() -> None:
    stop = Easing(session="none")
    sore = reason("sore", Easing(session="easier"))
    assert not of(reason("stop", stop, may_keep_usual=False), sore).may_keep_usual
    assert of(reason("stop", stop), sore).may_keep_usual
    assert of(
        reason("away", Easing(movements_away=TURNS), may_keep_usual=False), sore
    ).may_keep_usual


def test_a_day_of_which_nothing_was_chosen_is_not_one_on_which_the_usual_is_kept() -> None:
    assert not Adaptation(day=TODAY).kept_usual


def test_of_the_shares_of_dose_and_time_the_smallest_counts_beside_what_leads() -> None:
    back = reason("flare_ladder", Easing(dose_share=0.5))
    often = reason("two_flares", Easing(phase_doses="p1", time_share=0.67))
    found = of(back, often)
    assert found.easing == Easing(phase_doses="p1", dose_share=0.5, time_share=0.67)
    assert found.easing_for("main") == found.easing


def test_a_share_of_one_session_is_none_of_the_others() -> None:
    half = reason("load", Easing(dose_share=0.5, only_template="load"))
    gentle = reason("gentle", Easing(session="easier"))
    found = of(half, gentle)
    assert found.easing_for("load") == Easing(session="easier", dose_share=0.5)
    assert found.easing_for("main") == found.easing == Easing(session="easier")


def test_whether_the_usual_is_kept_is_what_was_said_today() -> None:
    programme, movements = library().programmes["low-back"], library().movements
    at = {"since": TODAY, "phase_since": TODAY, "started_on": TODAY}
    told = PracticeHistory(
        place=Place(phase=programme.phases[0].id, ramp_step=0, **at),
        days={TODAY: DayRecord(flare=True)},
    )
    for kind, kept in (("kept_usual", True), ("stayed", False)):
        said = replace(told, events=(EventRecord(day=TODAY, kind=kind),))
        found = adaptation(said, programme, TODAY, movements)
        assert (found.kept_usual, found.easing.is_nothing) == (kept, kept)
