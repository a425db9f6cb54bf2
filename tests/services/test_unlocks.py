"""What lifts a lock: who, when, and what cannot be."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from fstpwa.domain.errors import Conflict, InvalidValue, NotFound
from fstpwa.domain.standing import Source
from fstpwa.extensions import db
from fstpwa.models.health import HealthReport, HealthUnlock
from fstpwa.services import unlocks
from fstpwa.services.safety import AnswerEntry, record_answers, standing_of
from fstpwa.services.unlocks import Agreement, Visit
from tests.conftest import Person

NOW = datetime.now(UTC)
TODAY = NOW.date()


@pytest.fixture
def user(app, rolled_back: None):
    her = Person(app, screened=False)
    with app.app_context():
        yield her.user()


def says(user, *questions: str, at: datetime = NOW) -> None:
    entries = [AnswerEntry(question=each, yes=True) for each in questions]
    record_answers(user, entries, Source.WORRY, now=at)


def agree(user, key: str, day: date = TODAY, *, who: str = "My doctor", after_s: int = 60) -> None:
    entry = Agreement(key=key, who=who, day=day)
    now = NOW + timedelta(seconds=after_s)
    unlocks.record_agreed(user, entry, standing_of(user, TODAY), now=now)


def seen(user, key: str, outcome, *, day: date = TODAY, after_s: int = 60) -> None:
    entry = Visit(key=key, where="Clinic", day=day, outcome=outcome)
    now = NOW + timedelta(seconds=after_s)
    unlocks.record_seen(user, entry, standing_of(user, TODAY), now=now)


def went_wrong(user, **changes: object) -> str:
    report = HealthReport(
        user_id=user.id, day=TODAY, reported_at=NOW, what="sharp", movements=["neck-turns"]
    )
    for name, value in changes.items():
        setattr(report, name, value)
    report.id = uuid4()
    db.session.add(report)
    db.session.flush()
    return f"report:{report.id}"


def test_an_agreement_may_be_older_than_the_answer_but_not_over(user):
    says(user, "as_bleed")
    with pytest.raises(InvalidValue, match="Choose a day"):
        agree(user, "bleeding_risk", TODAY - timedelta(days=365))
    agree(user, "bleeding_risk", TODAY - timedelta(days=364))
    [condition] = standing_of(user, TODAY).conditions
    assert condition.lifted
    assert condition.unlocked_until == TODAY + timedelta(days=1)


def test_about_something_that_went_wrong_nobody_agreed_before_it_happened(user):
    key = went_wrong(user)
    with pytest.raises(InvalidValue, match="Choose a day"):
        agree(user, key, TODAY - timedelta(days=1))
    agree(user, key)
    assert standing_of(user, TODAY).conditions == ()


def test_being_treated_waits_for_a_clinician_who_agreed_afterwards(user):
    says(user, "ur_gca")
    seen(user, "gca_signs", "being treated")
    assert standing_of(user, TODAY).whole_plan is None
    with pytest.raises(InvalidValue):
        agree(user, "gca_signs", TODAY - timedelta(days=1), after_s=120)
    with pytest.raises(Conflict):
        seen(user, "gca_signs", "all clear", after_s=200)
    agree(user, "gca_signs", after_s=120)
    assert standing_of(user, TODAY).conditions[0].lifted


def test_being_treated_without_a_flag_holds_the_whole_plan_for_a_clinician(user):
    says(user, "ur_weak")
    seen(user, "ur_weak", "being treated")
    assert standing_of(user, TODAY).whole_plan == "ask_first_lock_all"
    agree(user, "ur_weak", after_s=120)
    assert standing_of(user, TODAY).conditions == ()


def test_a_severe_report_is_lifted_step_by_step(user):
    key = went_wrong(user, severity="severe")
    with pytest.raises(Conflict):
        agree(user, key)
    seen(user, key, "all clear", after_s=120)
    [condition] = standing_of(user, TODAY).conditions
    assert condition.whole_plan is None
    assert condition.movements == {"neck-turns"}
    agree(user, key, after_s=180)
    assert standing_of(user, TODAY).conditions == ()


@pytest.mark.parametrize("who", ["", "   ", "x" * 121])
def test_somebody_has_to_be_named(user, who):
    says(user, "as_bleed")
    with pytest.raises(InvalidValue, match="1 to 120 letters"):
        agree(user, "bleeding_risk", who=who)


def test_one_visit_is_not_before_the_last_of_what_it_answers(user):
    says(user, "ur_weak", at=NOW - timedelta(days=3))
    says(user, "ur_weak")
    with pytest.raises(InvalidValue):
        seen(user, "ur_weak", "all clear", day=TODAY - timedelta(days=2))


def test_what_does_not_hold_is_not_found_and_an_emergency_is_lifted_by_nothing(user):
    with pytest.raises(NotFound):
        agree(user, "bleeding_risk")
    says(user, "em_heart", "as_bleed", "ur_weak")
    for key in ("bleeding_risk", "cardiac_unstable"):
        with pytest.raises(Conflict, match="closed"):
            agree(user, key)
    with pytest.raises(Conflict, match="closed"):
        seen(user, "ur_weak", "all clear")


def test_who_agreed_is_stored_sealed_and_read_in_clear(user):
    says(user, "as_bleed")
    agree(user, "bleeding_risk", who="Dr Ana Sørensen")
    assert "Ana" not in db.session.query(HealthUnlock).one().who
    [recorded] = unlocks.unlocks_of(user)
    assert (recorded.who, recorded.way, recorded.day) == (
        "Dr Ana Sørensen",
        "clinician_agreed",
        TODAY,
    )


def test_the_same_sent_twice_at_once_is_stored_once_and_later_it_is_another(user):
    says(user, "ur_weak")
    seen(user, "ur_weak", "told to wait")
    seen(user, "ur_weak", "told to wait", after_s=61)
    assert len(unlocks.unlocks_of(user)) == 1
    seen(user, "ur_weak", "all clear", after_s=3600)
    assert len(unlocks.unlocks_of(user)) == 2
    assert standing_of(user, TODAY).conditions == ()
