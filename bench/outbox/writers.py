"""Phones that send entries until each is acknowledged, whatever becomes of the server meanwhile."""

import http.client
import json
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from threading import Event
from urllib.parse import urlsplit
from uuid import UUID

TIMEOUT_S = 15.0
"""As the phone's own sender waits."""
REST_S = 0.02
"""Before a batch is sent again; a phone waits longer, which would only make the run longer."""
MOST_AT_ONCE = 4
SENT_AGAIN = 0.1
"""The share of acknowledged batches that come once more, as if the answer had got lost."""
DAYS = 300
"""The days that entries are about, the newest is yesterday; every day is written to several times,
and each word said of it stays."""
MOST_OF_ONE = 900
"""A person who sends more in a day is asked to wait."""
SETTLED = frozenset({"applied", "merged", "duplicate"})


@dataclass(frozen=True, slots=True)
class Sender:
    """One person and the token of their phone."""

    user_id: int
    public_id: UUID
    token: str


@dataclass(slots=True, kw_only=True)
class Writer:
    """One phone after the other that writes and sends, so that all send at once."""

    base: str
    """The address of the web process."""
    people: list[Sender]
    """Whose phones they are; the next one is taken when one has written enough."""
    today: date
    chance: Random
    acknowledged: dict[str, tuple[int, date]] = field(default_factory=dict)
    """Word -> whose, about which day; the server answered that it has it."""
    took_ms: list[float] = field(default_factory=list)
    """From the first sending of a batch to its acknowledgement."""
    broken_off: int = 0
    """Sendings that a server took and never answered."""
    refused: list[str] = field(default_factory=list)
    """Answers that said anything but that it was stored or that it comes later."""
    later: int = 0
    """Answers 503 and 507: come again."""
    sent_again: int = 0
    """Batches that were sent although their answer had come."""

    def go_on_until(self, ended: Event) -> None:
        """Write and send one batch after the other until told to end."""
        web = http.client.HTTPConnection(urlsplit(self.base).netloc, timeout=TIMEOUT_S)
        number = 0
        while not ended.is_set():
            sender = self.people[number // MOST_OF_ONE % len(self.people)]
            count = self.chance.randint(1, MOST_AT_ONCE)
            batch = [self._entry(number + each) for each in range(count)]
            number += count
            self._send(web, sender, batch)
            if self.chance.random() < SENT_AGAIN:
                self.sent_again += 1
                self._send(web, sender, batch, is_repeated=True)
        with suppress(OSError):
            web.close()

    def _entry(self, number: int) -> dict[str, object]:
        day = self.today - timedelta(days=1 + number % DAYS)
        word = secrets.token_hex(8)
        return {
            "op": _uuid7(),
            "kind": "check_in",
            "entity": day.isoformat(),
            "at": _now_ms(),
            # Nothing is superseded by it, so both words stay where the day has one already.
            "base": {"note": []},
            "data": {"answers": {"stiffness": number % 11, "note": word}},
        }

    def _send(
        self,
        web: http.client.HTTPConnection,
        sender: Sender,
        batch: list[dict[str, object]],
        *,
        is_repeated: bool = False,
    ) -> None:
        """Send a batch until each entry of it is answered."""
        began = time.perf_counter()
        while True:
            try:
                status, body = self._post(web, sender, batch)
            except ConnectionRefusedError:
                web.close()
                time.sleep(REST_S)
                continue
            except (OSError, http.client.HTTPException):
                self.broken_off += 1
                web.close()
                time.sleep(REST_S)
                continue
            if status in (503, 507):
                self.later += 1
                time.sleep(REST_S)
                continue
            break
        if status != 200:
            self.refused.append(f"{status} {body[:80]!r}")
            return
        if not is_repeated:
            self.took_ms.append((time.perf_counter() - began) * 1000)
        self._note(sender, batch, json.loads(body)["answers"], is_repeated=is_repeated)

    def _note(
        self,
        sender: Sender,
        batch: list[dict[str, object]],
        answers: list[dict[str, str]],
        *,
        is_repeated: bool,
    ) -> None:
        result = {answer["op"]: answer["result"] for answer in answers}
        for entry in batch:
            found = result.get(str(entry["op"]), "nothing")
            if found not in SETTLED or (is_repeated and found != "duplicate"):
                self.refused.append(f"an entry was answered with {found}")
                continue
            data = entry["data"]
            assert isinstance(data, dict)
            day = date.fromisoformat(str(entry["entity"]))
            self.acknowledged[data["answers"]["note"]] = (sender.user_id, day)

    def _post(
        self, web: http.client.HTTPConnection, sender: Sender, batch: list[dict[str, object]]
    ) -> tuple[int, bytes]:
        frame = {
            "schema": 1,
            "user": str(sender.public_id),
            "tz": "UTC",
            "sent": _now_ms(),
            "ops": batch,
        }
        headers = {
            "Content-Type": "application/json",
            "Sec-Fetch-Site": "same-origin",
            "Cookie": f"good-days={sender.token}",
        }
        web.request("POST", "/api/outbox", json.dumps(frame), headers)
        answer = web.getresponse()
        return answer.status, answer.read()


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _uuid7() -> str:
    made = _now_ms() << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62
    return str(UUID(int=made | secrets.randbits(62)))
