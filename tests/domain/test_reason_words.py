"""What rules are called, and their numbers in words."""

import pytest

from fstpwa.content import library
from fstpwa.domain.reason_words import TITLES, facts_in_words, title_of


def test_every_rule_of_the_content_has_a_name_for_people():
    rules = {
        rule["id"]
        for programme in library().programmes.values()
        for phase in programme.phases
        for rule in phase.step_back
    }
    assert rules <= set(TITLES)


def test_a_rule_about_one_movement_is_called_like_the_others():
    assert title_of("put_away:neck-turns") == "A movement put away"


def test_a_rule_without_a_name_is_called_by_its_id():
    assert title_of("something_newer") == "Something newer"


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, ""),
        ({"movement": "neck-turns"}, ""),
        ({"rises": [2, 3]}, "Up by 2 and 3 the morning after."),
        (
            {"worst_pain": 8, "usual_pain": 2.5, "kinds": []},
            "The worst pain was 8; your usual was 2.5.",
        ),
        ({"worst_pain": 8, "usual_pain": None, "kinds": []}, "The worst pain was 8."),
        ({"worst_pain": None, "usual_pain": 2.0, "kinds": ["sharp"]}, ""),
        (
            {"measure": "fatigue", "from": 3.0, "to": 5.5},
            "Your usual tiredness: 3 before, 5.5 now.",
        ),
        ({"from": 6.0, "to": 6.0}, "Your usual first-step pain: 6 before, 6 now."),
        ({"hours": 48}, "Not settled after 48 hours."),
        ({"days_away": 12}, "12 days without a session."),
        ({"flares": 2, "days": 30}, "2 flares within 30 days."),
        ({"near_falls": 2, "days": 7}, "2 near-falls in a week."),
        ({"nights": 3}, "3 nights in a row."),
        (
            {"day": 4, "days_near_usual": 1, "days_needed": 3},
            "1 of 3 days near usual so far.",
        ),
        ({"step": 1, "of": 2, "dose_share": 0.5}, "Step 1 of 2: 50% of the dose."),
    ],
    ids=str,
)
def test_the_numbers_of_a_decision_are_said_in_words(facts, words):
    assert facts_in_words(facts) == words
