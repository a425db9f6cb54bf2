"""A routine or a session on paper, and what the code on it opens."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import UUID, uuid4

import pytest

from fstpwa.blueprints.qr_pictures import qr_picture
from fstpwa.content import library
from fstpwa.domain.prescription import slug_of_routine
from fstpwa.domain.routine import RoutineDraft, RoutineLine
from fstpwa.extensions import db
from fstpwa.models.care import Assignment, RoutineEditor
from fstpwa.models.people import Role
from fstpwa.models.practice import Enrolment, PlannedSession, ProgrammeVersion
from fstpwa.services import routines
from tests.caring import link, link_row
from tests.conftest import Person
from tests.telling import FRACTURE, tell

NOW = datetime.now(UTC)
DRAFT = RoutineDraft(
    name="Afternoon at the desk",
    purpose="For the hours after lunch.",
    lines=(
        RoutineLine(slug="neck-turns", reps=8, note="Slower than you think."),
        RoutineLine(slug="levator-stretch", hold_s=20),
        RoutineLine(slug="wall-slide", easier=True),
    ),
    flare_from="neck-and-desk",
)
NOT_FOUND = 404


def words(page: str) -> str:
    """Return what a page says, in one line."""
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", page).split()))


def names(page: str) -> list[str]:
    """Return the movements on the paper, in order."""
    return [unescape(name) for name in re.findall(r"<h2>\d+\. ([^<]+)</h2>", page)]


@pytest.fixture
def routine(therapist: Person) -> UUID:
    """A routine of the therapist."""
    return make(therapist, DRAFT)


def make(maker: Person, draft: RoutineDraft) -> UUID:
    with maker.app.app_context():
        made = routines.create(maker.user(), draft, now=NOW).public_id
        db.session.commit()
    return made


def follow(client: Person, routine: UUID, *, ended: bool = False) -> None:
    """Let a client follow a routine, as far as the addresses of its paper look at it."""
    client.follows()
    with client.app.app_context():
        followed = db.session.scalars(db.select(Enrolment).filter_by(user_id=client.id)).one()
        followed.programme = slug_of_routine(routine)
        followed.ended_at = NOW if ended else None
        db.session.commit()


def give_later(client: Person, therapist: Person, routine: UUID, state: str = "waiting") -> None:
    """Give a client a routine that begins tomorrow."""
    link_id = link(client, therapist)
    with client.app.app_context():
        tomorrow = client.today() + timedelta(days=1)
        version = routines.newest(routines.routine_for(therapist.user(), routine))
        digest = uuid4().hex * 2
        db.session.add(
            ProgrammeVersion(
                digest=digest, slug=slug_of_routine(routine), data={}, first_used_at=NOW
            )
        )
        db.session.flush()
        db.session.add(
            Assignment(
                public_id=uuid4(),
                user_id=client.id,
                link_id=link_row(client, link_id).id,
                routine_version_id=version.id,
                programme_version=digest,
                name=version.name,
                given_by="Ines",
                weekdays=127,
                at_min=480,
                starts_on=tomorrow,
                state=state,
                created_at=NOW,
            )
        )
        db.session.commit()


def test_it_says_each_movement_in_order_with_its_dose_in_words(therapist, routine):
    page = therapist.get(f"/routines/{routine}/hand-out").text
    movements = library().movements
    assert names(page) == [movements[line.slug].name for line in DRAFT.lines]
    said = words(page)
    assert "Afternoon at the desk" in said
    assert "For the hours after lunch." in said
    assert "8 repetitions, 4 on each side" in said
    assert "Slower than you think." in said
    assert "of 20 seconds on each side" in said
    assert f"The easier version: {movements['wall-slide'].easier.how}" in said
    assert library().safety.message("risk_before_session") in said
    for line in DRAFT.lines:
        assert movements[line.slug].cautions in said
        assert f"/static/figures/{line.slug}.svg" in page


def test_where_to_call_is_what_it_is_in_the_country_of_whoever_prints_it(
    therapist, routine, context
):
    assert "999" not in therapist.get(f"/routines/{routine}/hand-out").text
    with context():
        therapist.user().country = "GB"
        db.session.commit()
    assert "Call 999 or 112 now." in therapist.get(f"/routines/{routine}/hand-out").text


@pytest.mark.parametrize(
    ("country", "query", "paper"),
    [
        ("GB", "", "a4"),
        ("US", "", "letter"),
        ("US", "?paper=a4", "a4"),
        ("", "?paper=letter", "letter"),
        ("", "?paper=napkin", "a4"),
    ],
)
def test_the_paper_is_the_one_of_the_country_or_the_chosen_one(
    therapist, routine, context, country, query, paper
):
    with context():
        therapist.user().country = country
        db.session.commit()
    page = therapist.get(f"/routines/{routine}/hand-out{query}").text
    assert f'class="paper paper-{paper}"' in page


def test_a_name_stands_on_it_only_where_that_is_ticked(her, therapist, routine, context):
    for person, name in ((her, "Wilhelmina"), (therapist, "Ines")):
        with context():
            person.user().name = name
            db.session.commit()
    her.follows()
    session = her.planned(ahead_days=1)[0].id
    plain = her.get(f"/sessions/{session}/hand-out").text
    assert "Wilhelmina" not in plain
    assert 'value="Wilhelmina"' in her.get(f"/sessions/{session}/hand-out?named=1").text
    own = therapist.get(f"/routines/{routine}/hand-out?named=1").text
    (field,) = re.findall(r'<input id="paper-name"[^>]*>', own)
    assert 'value=""' in field
    # It has no name of its own, so that no form can send what is typed into it.
    assert " name=" not in field
    assert "Ines" not in own


def test_a_side_can_be_chosen_where_the_routine_leaves_it_open(therapist):
    open_side = make(therapist, DRAFT)
    said = words(therapist.get(f"/routines/{open_side}/hand-out?side=right").text)
    assert "of 20 seconds on the right side" in said
    page = therapist.get(f"/routines/{open_side}/hand-out?side=right").text
    assert page.count("is-turned") == 1
    no_side = make(
        therapist,
        RoutineDraft(
            name="No sides", lines=(RoutineLine(slug="neck-turns"),), flare_from="neck-and-desk"
        ),
    )
    page = therapist.get(f"/routines/{no_side}/hand-out?side=right").text
    assert 'name="side"' not in page
    assert "on the right side" not in page


def test_an_older_version_can_be_printed_and_says_that_it_is_one(therapist, routine, context):
    with context():
        found = routines.routine_for(therapist.user(), routine)
        newer = RoutineDraft(
            name="Evening",
            lines=(RoutineLine(slug="thread-the-needle"),),
            flare_from="neck-and-desk",
        )
        routines.save(found, therapist.user(), newer, 1, now=NOW)
        db.session.commit()
    assert len(names(therapist.get(f"/routines/{routine}/hand-out").text)) == 1
    older = therapist.get(f"/routines/{routine}/hand-out?version=1").text
    assert len(names(older)) == len(DRAFT.lines)
    assert "This is version 1, not the newest." in older
    for number in ("3", "0", "-1", "x", "٣", "9" * 5000):
        answer = therapist.get(f"/routines/{routine}/hand-out?version={number}")
        assert answer.status_code == NOT_FOUND


def test_a_routine_of_twenty_movements_is_there_whole(therapist):
    slugs = [movement.slug for movement in library().movements_on_offer()][:20]
    lines = tuple(RoutineLine(slug=slug, sets=1) for slug in slugs)
    long = RoutineDraft(name="Long", lines=lines, flare_from="neck-and-desk")
    page = therapist.get(f"/routines/{make(therapist, long)}/hand-out").text
    assert names(page) == [library().movements[slug].name for slug in slugs]


def test_the_code_on_it_opens_that_very_routine(therapist, routine, app):
    page = therapist.get(f"/routines/{routine}/hand-out").text
    origin = app.config["GOOD_DAYS"].origin
    assert str(qr_picture(f"{origin}/routines/{routine}/open")) in page


def test_it_opens_for_whoever_may_see_the_routine(app, her, therapist, routine, context):
    colleague = Person(app, Role.THERAPIST)
    url = f"/routines/{routine}/open"
    assert therapist.get(url).location == f"/routines/{routine}"
    assert colleague.get(url).status_code == NOT_FOUND
    with context():
        found = routines.routine_for(therapist.user(), routine)
        db.session.add(RoutineEditor(routine_id=found.id, user_id=colleague.id, since=NOW))
        db.session.commit()
    assert colleague.get(url).location == f"/routines/{routine}"
    follow(her, routine)
    assert her.get(url).location == "/plan"


def test_a_client_who_had_it_or_will_have_it_is_led_to_today(her, him, therapist, routine):
    follow(her, routine, ended=True)
    give_later(him, therapist, routine)
    for client in (her, him):
        assert client.get(f"/routines/{routine}/open").location == "/today"


def test_for_everybody_else_there_is_no_such_routine(app, her, him, therapist, routine):
    her.follows()
    give_later(him, therapist, routine, state="withdrawn")
    unknown = her.get(f"/routines/{uuid4()}/open")
    assert unknown.status_code == NOT_FOUND
    for other in (her, him, Person(app, Role.THERAPIST)):
        foreign = other.get(f"/routines/{routine}/open")
        assert foreign.status_code == NOT_FOUND
        assert "Afternoon" not in foreign.text
    assert her.get(f"/routines/{routine}/open").data == unknown.data
    assert app.test_client().get(f"/routines/{routine}/open").status_code == 303


def test_only_who_made_it_or_may_change_it_prints_a_routine(app, her, therapist, routine):
    for other in (her, Person(app, Role.THERAPIST)):
        assert other.get(f"/routines/{routine}/hand-out").status_code == NOT_FOUND


def test_a_session_on_paper_has_what_the_answers_leave_of_it(her):
    her.follows()
    session = her.planned(ahead_days=1)[0]
    url = f"/sessions/{session.id}/hand-out"
    whole = names(her.get(url).text)
    assert len(whole) == len(session.items)
    tell(her, FRACTURE)
    left = names(her.get(url).text)
    assert left
    assert len(left) < len(whole)


def test_the_plan_leads_to_its_next_session_and_without_one_to_itself(her, him, context):
    her.follows()
    today = her.planned()
    where = her.get("/plan/hand-out").location
    assert where in {f"/sessions/{session.id}/hand-out" for session in today}
    with context():
        db.session.execute(
            db.update(PlannedSession).filter_by(user_id=her.id).values(state="skipped")
        )
        db.session.commit()
    assert her.get("/plan/hand-out").location == "/plan"
    assert him.get("/plan/hand-out").location == "/plan"


def test_nobody_prints_somebody_elses_session(her, him):
    her.follows()
    session = her.planned()[0].id
    assert him.get(f"/sessions/{session}/hand-out").status_code == NOT_FOUND


def test_the_code_on_a_session_of_the_library_opens_its_programme(her, app):
    her.follows()
    session = her.planned()[0].id
    page = her.get(f"/sessions/{session}/hand-out").text
    origin = app.config["GOOD_DAYS"].origin
    assert str(qr_picture(f"{origin}/programmes/neck-and-desk")) in page
