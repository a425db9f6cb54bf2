"""The unsteady network itself does what the tests that stand on it believe."""

import urllib.error
import urllib.request

import pytest

from tests.browser.conftest import UnsteadySite

pytestmark = pytest.mark.browser


def asks(
    site: UnsteadySite, path: str, data: bytes | None = None, *, patience_s: float = 20
) -> int:
    request = urllib.request.Request(site.origin + path, data=data, headers={"Origin": site.origin})
    try:
        with urllib.request.urlopen(request, timeout=patience_s) as answer:
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_it_passes_on_refuses_and_is_silent(unsteady: UnsteadySite):
    network = unsteady.network
    assert asks(unsteady, "/healthz") == 200
    network.down()
    with pytest.raises(urllib.error.URLError, match="refused"):
        asks(unsteady, "/healthz")
    network.silent()
    with pytest.raises(TimeoutError):
        asks(unsteady, "/healthz", patience_s=0.3)
    assert [each.path for each in network.silenced("/healthz")] == ["/healthz"]
    network.slow(200)
    assert asks(unsteady, "/healthz") == 200
    network.slow(5000)
    with pytest.raises(TimeoutError):
        asks(unsteady, "/healthz", patience_s=0.3)
    network.fine()
    assert asks(unsteady, "/healthz") == 200
    # Both of its names belong to our own origin, or this would be refused with 403.
    assert asks(unsteady, "/try", b"time_zone=UTC") == 200


def test_it_loses_answers_and_delivers_twice(unsteady: UnsteadySite):
    network = unsteady.network
    network.lose_answer("/try")
    with pytest.raises((urllib.error.URLError, ConnectionError)):
        asks(unsteady, "/try", b"time_zone=UTC")
    assert len(network.posts("/try")) == 1
    network.twice("/t*y")
    assert asks(unsteady, "/try", b"time_zone=UTC") == 200
    assert len(network.posts("/try")) == 3


def test_the_site_can_go_and_come_back(unsteady: UnsteadySite):
    before = asks(unsteady, "/sw.js")
    unsteady.stops()
    assert asks(unsteady, "/healthz") == 502
    unsteady.starts()
    unsteady.network.new_worker()
    assert asks(unsteady, "/healthz") == before == 200
    assert asks(unsteady, "/sw.js") == 200
