"""Programmes are versioned: new content disturbs nobody half-way, and lost content breaks nothing."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from fstpwa.content import library
from fstpwa.domain.errors import Conflict
from fstpwa.extensions import db
from fstpwa.models.practice import Enrolment, PlannedState, ProgrammeVersion
from fstpwa.services import (
    enrolments,
    offers,
    pauses,
    people,
    planning,
    programme_versions,
    today,
)
from fstpwa.services.day_plan import day_plan
from fstpwa.services.programme_versions import current_digest, newer, programme_of
from tests.changed_content import began_with, content_with, without
from tests.screened import screen
from tests.services.test_enrolments import DAILY, DAY, NOW, TODAY, follow, sessions_of

SLUG = "low-back"


@pytest.fixture
def user(app, rolled_back):
    with app.app_context():
        programme_versions._read.clear()
        found = people.start_without_account("UTC", now=NOW)
        screen(found, NOW)
        yield found
        programme_versions._read.clear()


@pytest.fixture
def enrolment(user):
    return follow(user, SLUG)


def rename_first_movement(data):
    """An older version that had a movement which the library has lost."""
    data["phases"][0]["sessions"][0]["movements"][0]["slug"] = "long-gone"


def shorter(data):
    """An older version with one movement less in its first session."""
    data["phases"][0]["sessions"][0]["movements"].pop()


def slugs_planned(enrolment: Enrolment) -> set[str]:
    return {item["slug"] for each in sessions_of(enrolment) for item in each.items}


@pytest.mark.parametrize("slug", library().programmes)
def test_a_version_that_was_kept_is_read_as_the_programme_it_was(user, slug):
    kept = follow(user, slug)
    row = db.session.get_one(ProgrammeVersion, kept.programme_version)
    db.session.expire(row)
    assert row.slug == slug
    assert programme_versions._kept(row.digest) == library().programmes[slug]


def test_whoever_begins_keeps_the_version_and_two_keep_one(user, enrolment):
    other = follow(people.start_without_account("UTC", now=NOW), SLUG)
    assert other.programme_version == enrolment.programme_version == current_digest(SLUG)
    assert len(db.session.scalars(select(ProgrammeVersion)).all()) == 1


def test_the_worker_keeps_a_version_with_who_has_none(user, enrolment):
    db.session.execute(update(Enrolment).values(programme_version=None))
    db.session.expire_all()
    assert programme_versions.due() == [enrolment.id]
    assert programme_of(enrolment) == library().programmes[SLUG]
    programme_versions.keep_these(programme_versions.due(), now=NOW)
    db.session.refresh(enrolment)
    assert enrolment.programme_version == current_digest(SLUG)
    assert programme_versions.due() == []


def test_a_new_version_of_the_content_leaves_who_is_half_way_alone(user, enrolment):
    last = sessions_of(enrolment)[0].items[-1]["slug"]
    began_with(enrolment, shorter)
    planning.replan(enrolment, first=TODAY, today=TODAY, now=NOW)
    first = sessions_of(enrolment)[0]
    assert last not in {item["slug"] for item in first.items}
    assert programme_of(enrolment) != library().programmes[SLUG]
    planning.extend(enrolment, today=TODAY + 9 * DAY, now=NOW + 9 * DAY)
    assert all(
        len(each.items) == len(first.items)
        for each in sessions_of(enrolment)
        if each.name == first.name
    )


def test_reading_a_version_takes_one_query_a_process(user, enrolment, queries):
    began_with(enrolment, shorter)
    programme_of(enrolment)
    with queries() as again:
        programme_of(enrolment)
    assert again == []


def test_the_newer_version_is_offered_with_what_it_changes_and_taken_with_a_yes(user, enrolment):
    assert newer(enrolment) is None
    began_with(enrolment, shorter)
    offered = newer(enrolment)
    assert offered.digest == current_digest(SLUG)
    enrolment.ramp_step = 1
    place = enrolment.phase, enrolment.phase_since, enrolment.step_since

    enrolments.take_newer(enrolment, user, digest=offered.digest, now=NOW + DAY)

    assert newer(enrolment) is None
    assert (enrolment.phase, enrolment.phase_since, enrolment.step_since) == place
    assert enrolment.ramp_step == 1
    template = library().programmes[SLUG].phases[0].sessions[0]
    ahead = [each for each in sessions_of(enrolment) if each.day > TODAY]
    assert len(ahead[0].items) == len(template.movements)


def test_a_yes_to_another_version_than_the_newest_is_a_clash(user, enrolment):
    digest = began_with(enrolment, shorter)
    for wrong in ("", digest, "0" * 64):
        with pytest.raises(Conflict):
            enrolments.take_newer(enrolment, user, digest=wrong, now=NOW)
    assert enrolment.programme_version == digest


def test_where_the_newer_version_has_lost_the_part_one_begins_with_its_first(user, enrolment):
    def other_part(data):
        data["phases"][0]["id"] = "old_part"

    began_with(enrolment, other_part)
    enrolment.phase, enrolment.ramp_step = "old_part", 1
    db.session.flush()
    assert programme_of(enrolment).phase("old_part")
    enrolments.take_newer(enrolment, user, digest=current_digest(SLUG), now=NOW + 9 * DAY)
    assert enrolment.phase == library().programmes[SLUG].phases[0].id
    assert (enrolment.ramp_step, enrolment.phase_since) == (0, TODAY + 9 * DAY)


def test_a_newer_version_taken_in_a_pause_is_planned_after_it(user, enrolment):
    began_with(enrolment, shorter)
    pauses.pause(enrolment, user, now=NOW, until=TODAY + 3 * DAY)
    enrolments.take_newer(enrolment, user, digest=current_digest(SLUG), now=NOW)
    assert min(each.day for each in sessions_of(enrolment)) >= TODAY + 4 * DAY


def test_what_cannot_be_read_any_more_falls_back_to_the_library_and_is_logged_once(
    user, enrolment, caplog
):
    began_with(enrolment, lambda data: data.pop("phases"))
    enrolment.phase = "a_part_of_old"
    for _ in range(3):
        found = programme_of(enrolment)
    assert found.phases[1:] == library().programmes[SLUG].phases[1:]
    assert found.phase("a_part_of_old").sessions == library().programmes[SLUG].phases[0].sessions
    assert [each.message for each in caplog.records].count("programme_version_unreadable") == 1
    planning.replan(enrolment, first=TODAY, today=TODAY, now=NOW)
    assert today.today_of(user, TODAY).sessions


def test_a_movement_that_the_library_has_lost_is_left_out_of_an_old_version(user, enrolment):
    began_with(enrolment, rename_first_movement)
    planning.replan(enrolment, first=TODAY, today=TODAY, now=NOW)
    assert "long-gone" not in slugs_planned(enrolment)
    seen = today.today_of(user, TODAY)
    assert seen.sessions[0].variants
    assert not seen.sessions[0].has_lost


def test_a_movement_lost_after_it_was_planned_is_left_out_and_said(user, enrolment):
    stored = sessions_of(enrolment)[0]
    gone = stored.items[0]["slug"]
    with content_with(movements=without(library().movements, gone)):
        seen = today.today_of(user, TODAY)
        (card,) = seen.sessions
        assert card.has_lost
        assert card.variants
        playable = day_plan(user, TODAY).playable(stored)
        assert gone not in {item.slug for item in playable.usual.items}


def test_a_movement_that_is_retired_is_replaced_or_left_out_with_its_reason(user, enrolment):
    slug = sessions_of(enrolment)[0].items[0]["slug"]
    retired = replace(library().movements[slug], retired=True)
    with content_with(movements={**library().movements, slug: retired}):
        playable = day_plan(user, TODAY).playable(sessions_of(enrolment)[0])
        assert slug not in {item.slug for item in playable.usual.items}
        (out,) = [each for each in playable.usual.left_out if each.slug == slug]
        assert out.aside.words == "It is not offered any more."
        assert today.today_of(user, TODAY).sessions[0].variants


class TestAProgrammeThatIsNotOfferedAnyMore:
    def test_a_retired_one_is_finished_as_it_was_begun(self, user, enrolment):
        retired = replace(library().programmes[SLUG], retired=True)
        began_with(enrolment, shorter)
        with content_with(programmes={**library().programmes, SLUG: retired}):
            assert newer(enrolment) is None
            planning.extend(enrolment, today=TODAY + 7 * DAY, now=NOW + 7 * DAY)
            seen = today.today_of(user, TODAY)
            assert seen.sessions
            assert not seen.is_offered
        assert max(each.day for each in sessions_of(enrolment)) > TODAY + 14 * DAY

    def test_one_that_is_gone_goes_on_by_the_version_that_was_kept(self, user, enrolment):
        content = library()
        with content_with(
            programmes=without(content.programmes, SLUG),
            programme_files=without(content.programme_files, SLUG),
        ):
            planning.extend(enrolment, today=TODAY + 7 * DAY, now=NOW + 7 * DAY)
            assert programme_of(enrolment).name
            assert newer(enrolment) is None
            assert offers.offer(day_plan(user, TODAY + 7 * DAY)) is None
            seen = today.today_of(user, TODAY + 7 * DAY)
            assert seen.sessions[0].variants
            assert not seen.is_offered

    def test_without_any_version_what_was_planned_can_still_be_done(self, user, enrolment):
        content = library()
        enrolment.programme_version = None
        with content_with(
            programmes=without(content.programmes, SLUG),
            programme_files=without(content.programme_files, SLUG),
        ):
            programme_versions.keep_these([enrolment.id], now=NOW)
            assert programme_versions.due() == []
            assert planning.extend(enrolment, today=TODAY + 7 * DAY, now=NOW) == 0
            seen = today.today_of(user, TODAY)
            assert seen.sessions[0].variants
            assert not seen.is_offered
            empty = today.today_of(user, TODAY + 40 * DAY)
            assert (empty.sessions, empty.following, empty.is_offered) == ((), (), False)
            enrolments.change_schedule(enrolment, user, DAILY, None, now=NOW)
            assert sessions_of(enrolment, PlannedState.PLANNED) == []
