"""A step is offered when enough was done and nothing speaks against it; never by time alone."""

from dataclasses import replace

import pytest

from fstpwa.content import library
from fstpwa.domain.progression import Practice, may_go_on

RULE = {
    "min_share_of_planned_sessions": 0.75,
    "no_flare_days": 7,
    "max_rise": {"pain": 1, "fatigue": None, "stiffness": 1},
}
QUIET = Practice(planned=8, done=6, days_since_flare=None, rises={}, zones=())


@pytest.mark.parametrize(
    ("change", "offered"),
    [
        pytest.param({}, True, id="three in four were done"),
        pytest.param({"done": 5}, False, id="fewer were done"),
        pytest.param({"planned": 0, "done": 0}, False, id="nothing was planned"),
        pytest.param({"days_since_flare": 6}, False, id="a flare six days ago"),
        pytest.param({"days_since_flare": 0}, False, id="a flare today"),
        pytest.param({"days_since_flare": 7}, True, id="a flare a week ago"),
        pytest.param({"rises": {"stiffness": 1.0}}, True, id="a little stiffer"),
        pytest.param({"rises": {"stiffness": 1.5}}, False, id="stiffer"),
        pytest.param({"rises": {"pain": 2.0}}, False, id="more pain"),
        pytest.param({"rises": {"fatigue": 5.0}}, True, id="what the programme does not track"),
        pytest.param({"rises": {"pain": None}}, True, id="what nobody answered"),
        pytest.param({"zones": ("green", "green", "red")}, True, id="one bad session of three"),
        pytest.param({"zones": ("green", "amber", "amber")}, False, id="most sessions hurt"),
        pytest.param({"zones": ("red",)}, False, id="the only session hurt too much"),
    ],
)
def test_what_is_looked_at_before_a_step_is_offered(change: dict, offered: bool) -> None:
    assert may_go_on(RULE, replace(QUIET, **change)) is offered


def test_every_phase_has_the_rule_that_is_read() -> None:
    for programme in library().programmes.values():
        for phase in programme.phases:
            assert may_go_on(phase.progress, QUIET) in (True, False)
            assert phase.progress["window_days"] >= 7
