"""Push endpoints: those that browsers have, and the many that nobody may send us to."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.push_endpoint import PUSH_SERVICES, endpoint_of, validated_endpoint
from tests.domain.push_probes import FCM, PROBES


@pytest.mark.parametrize(
    ("url", "service"),
    [
        (f"{FCM}/fcm/send/dV7c:APA91bHun4MxP5", "fcm.googleapis.com"),
        (f"{FCM}/wp/cK_x-y:APA91", "fcm.googleapis.com"),
        ("https://jmt17.google.com/fcm/send/abc:def", "jmt17.google.com"),
        (
            "https://updates.push.services.mozilla.com/wpush/v2/gAAAAABn_-=",
            "updates.push.services.mozilla.com",
        ),
        ("https://web.push.apple.com/QOXYz-_12", "web.push.apple.com"),
        (
            "https://wns2-par02p.notify.windows.com/w/?token=BQYAAAC%2bx%2fA%3d",
            "notify.windows.com",
        ),
        (f"{FCM}/?a=b", "fcm.googleapis.com"),
        (f"{FCM}/{'a' * (2048 - len(FCM) - 1)}", "fcm.googleapis.com"),
    ],
)
def test_what_browsers_give_is_taken_as_it_is(url, service):
    assert validated_endpoint(url) == url
    assert endpoint_of(url).service == service


@pytest.mark.parametrize(
    "written",
    [
        "HTTPS://fcm.googleapis.com/fcm/send/aB",
        "https://FCM.GoogleAPIs.com/fcm/send/aB",
        "https://fcm.googleapis.com:443/fcm/send/aB",
    ],
)
def test_one_subscription_has_one_address_however_it_is_written(written):
    assert validated_endpoint(written) == f"{FCM}/fcm/send/aB"


def test_sixty_probes_at_least_are_tried_and_none_twice():
    assert len({url for url, _ in PROBES}) == len(PROBES) >= 60


@pytest.mark.parametrize(("url", "words"), PROBES, ids=[repr(url)[:60] for url, _ in PROBES])
def test_no_other_address_is_taken_and_the_answer_says_why(url, words):
    with pytest.raises(InvalidValue, match=words) as refused:
        validated_endpoint(url)
    # For a person: one or two sentences, and nothing of what was sent.
    said = str(refused.value)
    assert said.endswith(".")
    assert len(said) < 200
    assert len(url) < 8 or url not in said


def test_added_hosts_match_exactly_with_their_port_and_others_not_at_all():
    extra = {"push.example.org", "localhost:8443"}
    assert validated_endpoint("https://push.example.org/a", extra) == "https://push.example.org/a"
    assert validated_endpoint("https://localhost:8443/a", extra) == "https://localhost:8443/a"
    assert endpoint_of("https://localhost:8443/a", extra).audience == "https://localhost:8443"
    assert endpoint_of("https://localhost:8443/a", extra).service == "localhost:8443"
    for other in (
        "https://push.example.org:8443/a",
        "https://a.push.example.org/a",
        "https://localhost/a",
        "https://localhost:84430/a",
        "http://localhost:8443/a",
    ):
        with pytest.raises(InvalidValue):
            validated_endpoint(other, extra)


@given(
    some.text(alphabet=some.sampled_from("htps:/@.#?\\[]%0127fcmgoleai-x\t "), max_size=60)
    | some.text(max_size=40),
    some.sampled_from(
        ["", "https://", "https://fcm.googleapis.com", "https://fcm.googleapis.com/"]
    ),
)
def test_whatever_is_taken_goes_to_a_push_service_at_its_port_over_https(rest, start):
    try:
        found = endpoint_of(start + rest)
    except InvalidValue:
        return
    host = found.audience.removeprefix("https://")
    assert any(host == each or host.endswith(f".{each}") for each in PUSH_SERVICES)
    assert found.url.startswith(f"{found.audience}/")
    assert endpoint_of(found.url) == found
