"""Which answers still count, whatever came after them (what they then do: test_standing)."""

from hypothesis import given, settings

from fstpwa.domain.health_history import AGREED, History, Source, latest_unlock, place_of, told
from tests.domain.health import REGIONS, SAFETY, agreed, answer, at, histories, no, seen

ACUTE = SAFETY.questions["mo_acute"]
BLEED = SAFETY.questions["as_bleed"]


def counting(question, *said, unlocks=()):
    found = told(question, History(answers=said, unlocks=unlocks), SAFETY)
    return [place_of(each.answer, SAFETY.flags[question.sets_flag])[0] for each in found.counting]


def test_a_place_outside_the_flag_is_not_a_place() -> None:
    flag = SAFETY.flags["varicose_area"]
    assert place_of(answer("mo_var", 0, "nose"), flag)[0] == frozenset(flag.regions)


def test_the_whole_body_has_no_place_and_no_side() -> None:
    flag = SAFETY.flags["pregnancy"]
    assert place_of(answer("mo_preg", 0, "knee", side="left"), flag) == (frozenset(), "both")
    assert place_of(answer("ur_weak", 0, "knee", side="left"), None) == (frozenset(), "both")


def test_asked_again_about_one_place_leaves_the_others() -> None:
    said = [answer("mo_acute", 0, "knee"), answer("mo_acute", 0.5, "foot", source=Source.WORRY)]
    settled = no("mo_acute", 4)
    knee = answer("mo_acute", 4, "knee", yes=False, source=Source.ASKED_AGAIN)
    assert counting(ACUTE, *said, knee) == [{"foot"}]
    still = answer("mo_acute", 4, "knee", source=Source.ASKED_AGAIN)
    assert sorted(map(sorted, counting(ACUTE, *said, still))) == [["foot"], ["knee"]]
    assert counting(ACUTE, *said, settled) == []


def test_asked_again_without_a_place_is_about_all_that_is_due() -> None:
    said = [answer("mo_acute", 0, "knee"), answer("mo_acute", 3, "foot", source=Source.WORRY)]
    assert counting(ACUTE, *said, no("mo_acute", 4, source=Source.ASKED_AGAIN)) == [{"foot"}]
    assert counting(ACUTE, *said, no("mo_acute", 6, source=Source.ASKED_AGAIN)) == []


def test_not_settled_of_several_places_confirms_each() -> None:
    said = [answer("mo_acute", 0, "knee"), answer("mo_acute", 0.5, "foot", source=Source.WORRY)]
    still = answer("mo_acute", 4, "foot", "knee", source=Source.ASKED_AGAIN)
    found = told(ACUTE, History(answers=[*said, still]), SAFETY)
    assert {each.asked_on for each in found.counting} == {at(4).date()}
    assert found.news == (at(0), at(0.5))


def test_a_question_asked_for_the_first_time_by_asking_again_is_new() -> None:
    found = told(BLEED, History(answers=[answer("as_bleed", 1, source=Source.ASKED_AGAIN)]), SAFETY)
    assert found.news == (at(1),)
    assert len(found.counting) == 1


def test_yes_and_no_at_the_same_moment_is_yes() -> None:
    assert len(counting(BLEED, answer("as_bleed"), no("as_bleed", 0))) == 1


def test_two_places_named_at_the_same_moment_both_count() -> None:
    said = [answer("mo_acute", 0, "knee"), answer("mo_acute", 0, "foot")]
    assert len(counting(ACUTE, *said)) == 2


def test_a_confirmation_is_not_new() -> None:
    said = [answer("as_bleed"), answer("as_bleed", 84), answer("as_bleed", 90, source=Source.WORRY)]
    assert told(BLEED, History(answers=said), SAFETY).news == (at(0), at(90))


def test_the_latest_unlock_after_a_moment_is_found() -> None:
    unlocks = [agreed("a", 1), agreed("a", 3, "therapist"), agreed("b", 5), seen("a", 9, "x")]
    history = History(unlocks=unlocks)
    assert latest_unlock(history, "a", at(0), AGREED) == unlocks[1]
    assert latest_unlock(history, "a", at(3), AGREED) is None


@settings(max_examples=60, deadline=None)
@given(histories)
def test_only_a_yes_counts_and_each_place_once(history) -> None:
    for question in SAFETY.questions.values():
        flag = SAFETY.flags[question.sets_flag] if question.sets_flag else None
        found = told(question, history, SAFETY)
        assert all(each.answer.yes for each in found.counting)
        places = [place_of(each.answer, flag) for each in found.counting]
        assert len(places) == len(set(places))
        assert all(regions <= set(REGIONS) for regions, _ in places)
        assert len(found.news) >= len(found.counting)
