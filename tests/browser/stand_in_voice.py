"""A voice of short tones that takes the place of the recorded ones: a test knows each of its samples."""

import io
import json
import math
import re
import struct
import wave

from playwright.sync_api import Page, Route

RATE = 24_000
PITCH_HZ = 300
LOUDNESS = 0.3
LABEL = "A stand-in"
MANIFEST = "/static/voice/heart.json?v=stand-in"
EMBEDDED = re.compile(r'(data-player="voices"[^>]*>)\[.*?\](</script>)')


class StandInVoice:
    """Answers for the clips of one voice; `lines` says how many seconds each line lasts."""

    def __init__(self, lines: dict[str, float]) -> None:
        self.lines = lines
        self.stems = {f"{number:012x}": text for number, text in enumerate(lines)}
        self.asked: list[str] = []
        self.lost = False
        """Whether nothing of it can be had."""
        self.broken = False
        """Whether its clips are not sound at all."""

    def speaks_on(self, page: Page, address: str) -> None:
        """Be the only voice of a page whose template embeds the list of voices by itself."""
        page.route("**/static/voice/**", self._answer)
        page.route(address, self._embed)

    def _embed(self, route: Route) -> None:
        voice = {"name": "heart", "label": LABEL, "manifest": MANIFEST}
        answer = route.fetch()
        body, changed = EMBEDDED.subn(
            lambda found: found[1] + json.dumps([voice]) + found[2], answer.text()
        )
        assert changed == 1
        route.fulfill(response=answer, body=body)

    def _answer(self, route: Route) -> None:
        name = route.request.url.split("/")[-1].split("?")[0]
        self.asked.append(name)
        if self.lost:
            route.abort()
        elif name == "heart.json":
            clips = {
                text: {"stem": stem, "duration_s": self.lines[text]}
                for stem, text in self.stems.items()
            }
            route.fulfill(json={"voice": "heart", "label": LABEL, "clips": clips})
        elif self.broken:
            route.fulfill(body=b"broken", content_type="audio/ogg")
        else:
            seconds = self.lines[self.stems[name.split(".")[0]]]
            route.fulfill(body=tone(seconds), content_type="audio/ogg")


def tone(seconds: float) -> bytes:
    """Return a tone as a sound file that every browser decodes, whatever it is called."""
    samples = (
        int(32_767 * LOUDNESS * math.sin(2 * math.pi * PITCH_HZ * i / RATE))
        for i in range(int(seconds * RATE))
    )
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(RATE)
        written.writeframes(b"".join(struct.pack("<h", each) for each in samples))
    return file.getvalue()
