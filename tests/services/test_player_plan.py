"""The player's JSON is complete for every session of every programme, and its totals agree."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from fstpwa.content import library
from fstpwa.domain.cautions import risk_messages
from fstpwa.domain.spoken_lines import spoken_lines
from fstpwa.domain.timeline import Pace
from fstpwa.extensions import db
from fstpwa.models.practice import Enrolment, PlannedSession
from fstpwa.services import people, planning
from fstpwa.services import player_plan as player_plans
from fstpwa.services.figures import Figure, in_words
from fstpwa.services.gate import as_prescribed
from fstpwa.services.people import pace_of
from fstpwa.services.player_plan import (
    equipment_of,
    player_plan,
    stamped,
    usual_minutes,
    variants_of,
)
from fstpwa.services.voices import VoiceFile
from tests.services.test_enrolments import NOW, TODAY
from voice.lines import all_lines

EVERY_SESSION = [
    (programme.slug, phase.id, template.id)
    for programme in library().programmes.values()
    for phase in programme.phases
    for template in phase.sessions
]
WORK = {"hold", "rep", "breathe", "roll", "move"}
WITHOUT_ADVICE = frozenset(spoken_lines(library().movements.values(), ()))
CUE_KINDS = WORK | {"change", "get_ready", "rest", "switch_side"}


@pytest.fixture
def user(app, rolled_back):
    with app.app_context():
        yield people.start_without_account("UTC", now=NOW)


def session_of(user, slug, phase_id, template_id, *, ramp_step=0, side="left"):
    """Return one session of a programme as it is planned."""
    programme = library().programmes[slug]
    enrolment = Enrolment(
        user_id=user.id,
        programme=slug,
        phase=phase_id,
        ramp_step=ramp_step,
        step_since=TODAY,
        phase_since=TODAY,
        weekdays=127,
        at_min=480,
        side=side if programme.asks_side else None,
        started_on=TODAY,
        created_at=NOW,
    )
    db.session.add(enrolment)
    db.session.flush()
    planning.extend(enrolment, today=TODAY, now=NOW)
    session = db.session.scalars(
        select(PlannedSession).where(
            PlannedSession.enrolment_id == enrolment.id,
            PlannedSession.slot.contains(f"/{template_id}/"),
        )
    ).first()
    assert session is not None
    db.session.refresh(session)
    return session


@pytest.mark.parametrize(("slug", "phase_id", "template_id"), EVERY_SESSION)
def test_every_session_of_every_programme_can_be_planned_and_played(
    user, slug, phase_id, template_id
):
    phase = library().programmes[slug].phase(phase_id)
    for ramp_step in {0, len(phase.dose_ramp) - 1}:
        session = session_of(user, slug, phase_id, template_id, ramp_step=ramp_step)
        plan = json.loads(json.dumps(player_plan(as_prescribed(session), user, log_url="/log")))
        check_plan(plan)
        assert [v["total_s"] for v in plan["variants"]] == [
            v.total_s for v in variants_of(as_prescribed(session), pace_of(user))
        ]
        assert plan["variants"][0]["minutes"] == usual_minutes(
            as_prescribed(session), pace_of(user)
        )
        db.session.delete(session.enrolment)
        db.session.flush()


def check_plan(plan):
    """Fail unless the phone can play everything in `plan` without asking the server."""
    items = {item["id"]: item for item in plan["items"]}
    assert len(items) == len(plan["items"])
    for item in items.values():
        for text in ("slug", "name", "kind", "position", "start_position", "breathing"):
            assert item[text], (item["slug"], text)
        assert item["steps"]
        for version in ("usual", "easier"):
            check_block(item[version], item["slug"])
    names = [variant["name"] for variant in plan["variants"]]
    assert names[0] == "usual"
    assert len(set(names)) == len(names)
    for variant in plan["variants"]:
        blocks = [items[item]["easier" if easier else "usual"] for item, easier in variant["parts"]]
        total = sum(block["duration_s"] for block in blocks)
        assert total == variant["total_s"], variant["name"]
        assert variant["minutes"] >= 1
        in_flare = variant["name"] == "flare"
        assert all(item.startswith("f") == in_flare for item, _ in variant["parts"])


def check_block(block, slug):
    assert block["duration_s"] > 0, slug
    end = 0
    for cue in block["cues"]:
        assert cue["t"] == end, slug
        assert cue["duration_s"] > 0, slug
        assert cue["kind"] in CUE_KINDS
        end += cue["duration_s"]
        for at_s, text, on_time in cue["say"]:
            assert 0 <= at_s < cue["duration_s"], slug
            assert text in WITHOUT_ADVICE, text
            assert isinstance(on_time, bool)
    assert end == block["duration_s"]
    assert any(cue["kind"] in WORK for cue in block["cues"]), slug
    assert any(cue["say"] for cue in block["cues"]), slug


def test_what_the_plan_says_of_the_person_and_the_session(user):
    session = session_of(user, *EVERY_SESSION[0])
    user.country = "GB"
    plan = player_plan(as_prescribed(session), user, log_url="/sessions/x/log")
    assert plan["schema"] == 2
    assert plan["user"] == str(user.public_id)
    assert plan["session"] == str(session.id)
    assert plan["log_url"] == "/sessions/x/log"
    assert plan["pace"] == {"get_ready_s": 5, "transition_s": 10, "least_rest_s": 0}
    assert set(plan["stop_advice"]) == {"sharp", "tingling", "red"}
    assert all(plan["stop_advice"].values())
    assert plan["closing"] == "That is all for today"


def test_there_is_a_recording_to_make_of_all_advice_and_of_the_closing(user):
    session = session_of(user, *EVERY_SESSION[0])
    plan = player_plan(as_prescribed(session), user, log_url="/")
    assert {*plan["stop_advice"].values(), plan["closing"]} <= set(all_lines())


def test_the_player_warns_as_the_library_does(user):
    texts = {name: message.text for name, message in library().safety.messages.items()}
    warned = set()
    for slug, phase_id, template_id in EVERY_SESSION:
        session = session_of(user, slug, phase_id, template_id)
        for item in player_plan(as_prescribed(session), user, log_url="/")["items"]:
            expected = [texts[name] for name in risk_messages(library().movements[item["slug"]])]
            assert [warning["text"] for warning in item["warnings"]] == expected
            warned.update((each["text"], each["once"]) for each in item["warnings"])
        db.session.delete(session.enrolment)
        db.session.flush()
    assert (texts["risk_before_self_release"], True) in warned
    assert (texts["risk_before_neck"], False) in warned


def test_a_slower_pace_makes_longer_sessions(user):
    session = session_of(user, *EVERY_SESSION[0])
    usual = variants_of(as_prescribed(session), Pace())[0].total_s
    slow = variants_of(
        as_prescribed(session), Pace(get_ready_s=20, transition_s=60, least_rest_s=60)
    )[0].total_s
    bare = variants_of(as_prescribed(session), Pace(get_ready_s=0, transition_s=0))[0].total_s
    assert bare < usual < slow


def test_equipment_is_named_once_and_nothing_is_not_named(user):
    for slug, phase_id, template_id in EVERY_SESSION[:12]:
        labels = equipment_of(as_prescribed(session_of(user, slug, phase_id, template_id)))
        assert len(set(labels)) == len(labels)
        assert library().vocabularies.equipment.get("none") not in labels
        db.session.delete(db.session.scalars(select(Enrolment)).one())
        db.session.flush()


def test_a_plan_is_small_enough_for_a_phone(user):
    largest = 0
    for slug, phase_id, template_id in EVERY_SESSION:
        session = session_of(user, slug, phase_id, template_id)
        largest = max(
            largest, len(json.dumps(player_plan(as_prescribed(session), user, log_url="/")))
        )
        db.session.delete(session.enrolment)
        db.session.flush()
    assert largest < 250_000


def test_a_session_planned_by_an_older_version_still_plays(user):
    session = session_of(user, *EVERY_SESSION[0])
    session.created_at = NOW - timedelta(days=300)
    for item in session.items:
        item.pop("note", None)
    check_plan(json.loads(json.dumps(player_plan(as_prescribed(session), user, log_url="/"))))


class TestPictures:
    """Which pictures the player gets, and what of them it turns round."""

    DRAWN = Figure(still_avif="/a", still_webp=None, motion="/m", line_art=None)

    @pytest.fixture
    def drawn(self, monkeypatch):
        monkeypatch.setattr(player_plans, "figure_of", lambda _slug: self.DRAWN)

    def test_each_movement_has_its_pictures_and_says_what_they_show(self, user, drawn):
        session = as_prescribed(session_of(user, *EVERY_SESSION[0]))
        for item in player_plan(session, user, log_url="/log")["items"]:
            movement = library().movements[item["slug"]]
            assert item["figure"] == {
                "still_avif": "/a",
                "still_webp": None,
                "anim": "/m",
                "alt": in_words(movement),
                "turns": {"left_right": "all", "alternating": "still", "bilateral": "none"}[
                    movement.sides
                ],
            }

    def test_another_drawing_makes_no_page_old(self, user, drawn, monkeypatch):
        session = as_prescribed(session_of(user, *EVERY_SESSION[0]))
        before = stamped(player_plan(session, user, log_url="/log"), user, TODAY)
        monkeypatch.setattr(player_plans, "figure_of", lambda _slug: None)
        after = stamped(player_plan(session, user, log_url="/log"), user, TODAY)
        assert after["items"][0]["figure"] is None
        assert after["stamp"] == before["stamp"]


class TestVoices:
    """Which recorded voices the player can choose from."""

    HEART = VoiceFile(
        name="heart", label="A woman's voice", manifest="/static/voice/heart.json?v=1"
    )

    def test_the_plan_names_the_voices_and_where_their_clips_are_listed(self, user, monkeypatch):
        monkeypatch.setattr(player_plans, "voices", lambda: (self.HEART,))
        plan = player_plan(as_prescribed(session_of(user, *EVERY_SESSION[0])), user, log_url="/")
        assert plan["voices"] == [
            {
                "name": "heart",
                "label": "A woman's voice",
                "manifest": "/static/voice/heart.json?v=1",
            }
        ]

    def test_a_new_recording_makes_no_page_old(self, user, monkeypatch):
        session = as_prescribed(session_of(user, *EVERY_SESSION[0]))
        stamps = []
        for voices in ((), (self.HEART,), (replace(self.HEART, manifest="?v=2"),)):
            monkeypatch.setattr(player_plans, "voices", lambda found=voices: found)
            plan = stamped(player_plan(session, user, log_url="/log"), user, TODAY)
            assert len(plan["voices"]) == len(voices)
            stamps.append(plan["stamp"])
        assert len(set(stamps)) == 1


class TestStamp:
    """An open page knows by it whether it still holds."""

    def test_it_stays_while_nothing_changes(self, user):
        plan = self.plan(user)
        assert self.stamp(user, plan) == self.stamp(user, json.loads(json.dumps(plan)))

    def test_another_day_another_item_or_another_version_has_another_one(self, user):
        plan = self.plan(user)
        others = [
            stamped(plan, user, TODAY + timedelta(days=1))["stamp"],
            self.stamp(user, {**plan, "items": plan["items"][1:]}),
            self.stamp(user, {**plan, "variants": plan["variants"][:1]}),
        ]
        assert len({self.stamp(user, plan), *others}) == 4

    @staticmethod
    def plan(user):
        return player_plan(as_prescribed(session_of(user, *EVERY_SESSION[0])), user, log_url="/")

    @staticmethod
    def stamp(user, plan):
        return stamped(plan, user, TODAY)["stamp"]
