"""A day without a network: all of the app that a day needs, and all of it on the server afterwards, once."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import expect

from bench.track_sounds import cues_of
from tests.browser.offline_phone import OfflinePhone, operations_in, soon
from tests.browser.player_page import PlayerPage
from tests.browser.track_page import TAIL_S

pytestmark = pytest.mark.browser

TRACK = "document.querySelector('[data-player=track]')"
# Fetches every recorded line of a plan, as the player does; tells how many there are and which did not come.
CLIPS = """async ([manifest, texts]) => {
  const { clips } = await (await fetch(manifest)).json();
  const folder = manifest.split(".json")[0];
  const recorded = texts.filter((text) => text in clips);
  const isThere = async (text) => {
    const answer = await fetch(`${folder}/${clips[text].stem}.opus?v=any`);
    return (await answer.arrayBuffer()).byteLength > 500;
  };
  const missing = await Promise.all(recorded.map(async (text) => (await isThere(text).catch(() => false)) ? [] : [text]));
  return [recorded.length, missing.flat()];
}"""


def test_a_whole_day_without_a_network_is_on_the_server_once(offline_phone: OfflinePhone):
    phone = offline_phone
    person, page = phone.person, phone.page
    session_id = person.follows("low-back")
    person.rated_before_sessions(2, 3)
    older, newer = (log.id for log in person.logs())
    today, yesterday = person.today, person.today - timedelta(days=1)
    phone.gets_ready()
    phone.loses_the_network()

    phone.opens("/today")
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")
    # It comes when nothing else waits, and moves what is below it.
    expect(page.locator(".kept-line")).to_be_visible()
    page.locator('input[name="stiffness"][value="4"]').check(force=True)
    phone.saves("check-in")

    phone.opens(f"/check-in/{yesterday}")
    page.get_by_text("More about that day").click()
    page.locator('[name="note"]').fill("Slept on the sofa")
    phone.saves("check-in")

    phone.opens("/movements/cat-cow")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cat-cow")

    phone.opens(f"/progress/sessions/{older}")
    page.get_by_text("Delete this session").click()
    page.get_by_role("button", name="Delete it").click()
    expect(page.get_by_role("heading", name="Deleted on this phone")).to_be_visible()

    has_its_voice(phone, session_id)
    player = plays_to_the_end(phone, session_id)
    after = player.part("after-form")
    after.locator('input[name="effort"][value="3"]').check(force=True)
    after.get_by_role("button", name="Save").click()
    expect(player.part("after-said")).to_be_visible()

    phone.opens("/progress")
    expect(page.locator("[data-outbox-list]")).to_contain_text("Waits for a network")
    expect(phone.waiting_line).to_have_text("5 entries wait on this phone")
    assert len(person.logs()) == 2
    assert person.check_in_on(today) is None

    # The first answer gets lost, so that all of it is sent two times.
    phone.has_a_network_again(loses_answer="/api/outbox")
    phone.has_nothing_waiting()
    expect(phone.waiting_line).to_have_text("")
    assert person.check_in_on(today) == {"stiffness": 4}
    assert person.check_in_on(yesterday) == {"note": "Slept on the sofa"}
    left, done = person.logs()
    assert left.id == newer
    assert (done.planned_session_id, done.effort) == (session_id, 3)
    assert done.done_s == done.planned_s
    sent = [op for each in phone.network.posts("/api/outbox") for op in operations_in(each)]
    assert (len(sent), len(set(sent)), person.operations()) == (10, 5, 5)


def has_its_voice(phone: OfflinePhone, session_id: UUID) -> None:
    """Check that every line of a session that was recorded, and its pictures, are on the phone."""
    page = phone.page
    phone.opens(f"/sessions/{session_id}")
    plan = page.evaluate("() => JSON.parse(document.getElementById('session-data').textContent)")
    cues = [cue for variant in plan["variants"] for cue in cues_of(plan, variant["name"])]
    texts = sorted({text for cue in cues for _, text, *_ in cue["say"]})
    recorded, missing = page.evaluate(CLIPS, [plan["voices"][0]["manifest"], texts])
    assert (recorded > 10, missing) == (True, [])
    seconds = cues_of(plan, "usual")[-1]["end"] + TAIL_S
    soon(lambda: page.evaluate(f"() => {TRACK}.duration") == seconds, page, 15)


def plays_to_the_end(phone: OfflinePhone, session_id: UUID) -> PlayerPage:
    """Play a session with its pictures, and see that it is kept."""
    player = PlayerPage(phone.page, session_id)
    player.open()
    player.begin()
    player.winds_on(20)
    picture = player.root.locator("img:visible").first
    assert picture.evaluate("async (picture) => (await picture.decode(), picture.naturalWidth)") > 0
    player.winds_on(player.starts_of()[-1] - player.position - 3)
    while player.root.get_attribute("data-phase") != "finished":
        player.winds_on(0.5)
    # The disk takes real time, and the page gives it up after seconds of its own: no more winding on.
    expect(player.part("ending-status")).to_contain_text("Saved on this phone")
    expect(player.part("after-form")).to_be_visible()
    # From here on time goes by as usual.
    phone.page.clock.set_system_time(datetime.now(UTC))
    phone.page.clock.resume()
    return player
