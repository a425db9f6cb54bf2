"""A push service in trouble for ten minutes: nothing is lost, and nobody knocks again and again."""

import pytest

from tests.outages import FAULTS, TAKEN_ANYWAY, Aftermath, lived_through

PEOPLE = 6
AT_ONCE = 20
"""Instead of a hundred: what is under way when the trouble begins is sent twice in any case."""

GIVEN_UP = {"redirects inside": {"dead": 60}, "410": {}}


@pytest.fixture
def in_app(app, rolled_back):
    with app.app_context():
        yield


@pytest.mark.parametrize("name", FAULTS)
def test_all_is_settled_with_few_requests_and_nothing_inside_is_touched(name, in_app, tmp_path):
    after: Aftermath = lived_through(FAULTS[name], tmp_path, people=PEOPLE, at_once=AT_ONCE)
    assert after.requests <= 2 * after.messages
    assert after.inside == 0
    assert after.states == GIVEN_UP.get(name, {"sent": after.messages})
    if name not in TAKEN_ANYWAY and name not in GIVEN_UP:
        assert after.shown == after.messages


def test_a_redirect_costs_no_subscription(in_app, tmp_path):
    after = lived_through(FAULTS["redirects inside"], tmp_path, people=1)
    assert after.subscriptions == after.messages


def test_410_costs_the_subscription(in_app, tmp_path):
    assert lived_through(FAULTS["410"], tmp_path, people=1).subscriptions == 0
