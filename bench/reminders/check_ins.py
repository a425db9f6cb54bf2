"""People who check in through the web process, one after the other, while something else goes on."""

import http.client
import time
from contextlib import suppress
from dataclasses import dataclass, field
from math import nan
from threading import Event
from urllib.parse import urlencode, urlsplit

EVERY_S = 0.1
TIMEOUT_S = 60.0
HIGHEST = 10
"""Of the answer to "how stiff?"."""
HEADERS = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Sec-Fetch-Site": "same-origin",
    "Accept": "text/html",
}


@dataclass(slots=True, kw_only=True)
class CheckIns:
    """What was sent, and how it was answered."""

    base: str
    """The address of the web process."""
    tokens: list[str]
    """Of the people's devices."""
    took_ms: list[float] = field(default_factory=list)
    """Of those that were answered."""
    wrong: list[int] = field(default_factory=list)
    """Answers that were not the right one."""
    broken_off: int = 0
    """So many got no answer."""
    possible: dict[str, set[int | None]] = field(default_factory=dict)
    """Token -> what may be stored: the last that was answered (None: nothing), any sent since."""

    def go_on_until(self, ended: Event) -> None:
        """Check in again and again, by a connection that stays open while it can."""
        web = http.client.HTTPConnection(urlsplit(self.base).netloc, timeout=TIMEOUT_S)
        number = 0
        while not ended.wait(EVERY_S):
            token = self.tokens[number % len(self.tokens)]
            stiffness = number % (HIGHEST + 1)
            self.possible.setdefault(token, {None}).add(stiffness)
            began = time.perf_counter()
            try:
                status = self._check_in(web, token, stiffness)
            except (OSError, http.client.HTTPException):
                self.broken_off += 1
                web.close()
            else:
                self.took_ms.append((time.perf_counter() - began) * 1000)
                if status == 303:
                    self.possible[token] = {stiffness}
                else:
                    self.wrong.append(status)
            number += 1
        with suppress(OSError):
            web.close()

    def _check_in(self, web: http.client.HTTPConnection, token: str, stiffness: int) -> int:
        answers = {"stiffness": stiffness, "good_day": "yes", "flare": "no"}
        cookie = {"Cookie": f"good-days={token}"}
        web.request("POST", "/check-in", urlencode(answers), HEADERS | cookie)
        answer = web.getresponse()
        answer.read()
        return answer.status

    def at(self, share: float) -> float:
        """Return the time that `share` of all stayed below, in milliseconds; nan if there are none."""
        ordered = sorted(self.took_ms) or [nan]
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
