"""Messages in one second of one core, over TLS into a sink: ours, others, and what cryptography allows.

Each way runs alone in a process on one core, the sink on the others; all take turns, several times,
so that whatever else the machine does meets all of them.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import certifi

from bench.npm import NODE, install
from bench.reminders.processes import module, started
from bench.reminders.sink import Sink, sinking
from bench.reminders.ways import WAYS, Order, Spent, browser_keys
from bench.serving import machine
from fstpwa.domain.notification import Notice, payload_of
from fstpwa.outbound.push.vapid import load_keys, make_key

HERE = Path(__file__).resolve().parent
SUBSCRIPTIONS = 500
SUBJECT = "mailto:days@example.org"

COUNTS = {"ours": 6000, "naive": 100, "node": 3000, "node, signed once": 3000, "limit": 20000}
"""Messages of each turn: some seconds of work."""

GOALS = (("naive", 50.0, 60.0), ("node", 2.0, 2.0), ("limit", 0.0, 0.25))
"""Way, how many times faster than it ours must be, and should be."""


def prepare(sink: Sink, folder: Path) -> Path:
    """Write down where to send, and what. Returns the file."""
    make_key(folder / "keys", now=datetime.now(UTC))
    key = load_keys(folder / "keys").current
    bundle = folder / "bundle.pem"
    bundle.write_bytes(Path(certifi.where()).read_bytes() + sink.certificate.read_bytes())
    number = key.private.private_numbers().private_value
    order = Order(
        host=sink.host,
        certificate=str(sink.certificate),
        bundle=str(bundle),
        keys_dir=str(folder / "keys"),
        subject=SUBJECT,
        public_key=key.public,
        private_key=urlsafe_b64encode(number.to_bytes(32)).rstrip(b"=").decode(),
        payload=payload_of(_notice()).decode(),
        subscriptions=[
            {"endpoint": f"{sink.origin}/wpush/{place}", "keys": browser_keys()}
            for place in range(SUBSCRIPTIONS)
        ],
    )
    file = folder / "order.json"
    file.write_text(json.dumps(asdict(order)))
    return file


def _notice() -> Notice:
    token = "W" * 90 + ".signature-of-it-as-long-as-a-sha1"
    answer = f"/reminders/answer/{token}"
    return Notice(
        kind="check_in",
        tag="0197c2f4a1b27cc38f7e2d1c0b9a8f7e",
        origin="https://good-days.example.org",
        opens=answer,
        icon="/static/icons/icon-192.png",
        answers={
            "good_day": f"{answer}?answer=good_day",
            "not_today": f"{answer}?answer=not_today",
        },
        for_worker={"answer": answer, "shown": f"{answer}/shown"},
        badge=1,
    )


def run(way: str, file: Path, count: int, core: int) -> Spent:
    """Send `count` messages one way, on one core."""
    if way in WAYS:
        process = module("ways", way, file, count, cores={core})
    else:
        once = ["once"] if "once" in way else []
        command = [NODE, str(HERE / "web_push.mjs"), str(file), str(count), *once]
        process = started(command, cores={core})
    answer, _ = process.communicate(timeout=300)
    if process.returncode:
        raise SystemExit(f"{way} ended with {process.returncode}")
    return Spent(**json.loads(answer))


def report(found: Mapping[str, list[Spent]]) -> list[str]:
    """Print the table. Returns the goals that are missed."""
    rate = {way: statistics.median(each.rate for each in turns) for way, turns in found.items()}
    print(f"\n{'':<20}{'per core':>10}{'lowest':>9}{'highest':>9}{'by clock':>10}{'ours is':>9}")
    for way, turns in found.items():
        rates = sorted(each.rate for each in turns)
        clock = statistics.median(each.messages / each.wall_s for each in turns)
        times = rate["ours"] / rate[way]
        print(
            f"{way:<20}{rate[way]:10.0f}{rates[0]:9.0f}{rates[-1]:9.0f}{clock:10.0f}{times:8.2f}x"
        )
    print()
    misses = []
    for way, goal, aim in GOALS:
        if way not in rate:
            continue
        times = rate["ours"] / rate[way]
        print(f"{times:.2f} times {way} (goal {goal:g}, aim {aim:g})")
        if times < goal:
            misses.append(f"{times:.2f} times {way}")
    return misses


def main() -> None:
    """Measure, print; exit with 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--ways", nargs="+", default=list(COUNTS), choices=list(COUNTS))
    parser.add_argument("--share", type=float, default=1.0, help="of the usual number of messages")
    chosen = parser.parse_args()
    install(HERE)
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        raise SystemExit("It needs two cores: one for the sink.")
    found: dict[str, list[Spent]] = {way: [] for way in chosen.ways}
    with (
        tempfile.TemporaryDirectory() as name,
        sinking(Path(name), cores=set(cores[1:])) as sink,
    ):
        file = prepare(sink, Path(name))
        for _turn in range(chosen.turns):
            for way, turns in found.items():
                turns.append(run(way, file, int(COUNTS[way] * chosen.share), cores[0]))
        size = len(json.loads(file.read_text())["payload"])
    print(f"{machine()}; {size} bytes a message, {chosen.turns} turns")
    if misses := report(found):
        sys.exit("Missed: " + "; ".join(misses))


if __name__ == "__main__":
    main()
