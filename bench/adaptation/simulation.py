"""Thousands of made-up years through all programmes: `python -m bench.adaptation.simulation`."""

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from statistics import median

from bench.adaptation.people import KINDS, person
from bench.adaptation.year import live
from fstpwa.content import library

PEOPLE = 2000
WRONG_SHOWN = 20
GOAL_MS = 2
"""For deciding one day; the median has to keep it, on cores that others use, too."""
WAYS = ("as planned", "eased", "easier", "flare", "none", "kept usual")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one made-up person, small enough to be sent between processes."""

    kind: str
    programme: str
    counts: Counter[str]
    wrong: list[str]
    longest_less_days: int
    completed: bool
    decided_in_s: list[float]


def main() -> int:
    """Run it and print tables. Returns 1 if anything that must hold did not."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=PEOPLE)
    chosen = options.parse_args()
    slugs = list(library().programmes)
    started = time.monotonic()
    with ProcessPoolExecutor() as processes:
        outcomes = list(
            processes.map(partial(_outcome, slugs=slugs), range(chosen.people), chunksize=8)
        )
    took = time.monotonic() - started
    days = sum(each.counts["days"] for each in outcomes)
    print(f"{len(outcomes)} people, {days:,} days in {took:.0f} s")
    spans_ms = sorted(1000 * each for outcome in outcomes for each in outcome.decided_in_s)
    print(
        f"deciding a day: median {spans_ms[len(spans_ms) // 2]:.2f} ms, "
        f"99 of 100 within {spans_ms[len(spans_ms) * 99 // 100]:.2f} ms (goal {GOAL_MS} ms)\n"
    )
    _print_kinds(outcomes)
    _print_programmes(outcomes, slugs)
    _print_rules(outcomes)
    wrong = [each for outcome in outcomes for each in outcome.wrong]
    print(f"\nWrong: {len(wrong)}")
    for each in wrong[:WRONG_SHOWN]:
        print(f"  {each}")
    return 1 if wrong or spans_ms[len(spans_ms) // 2] > GOAL_MS else 0


def _outcome(number: int, slugs: list[str]) -> Outcome:
    programme = library().programmes[slugs[number % len(slugs)]]
    # Each kind meets each programme: the kinds turn once all programmes had their turn.
    year = live(person(number // len(slugs), programme))
    return Outcome(
        kind=year.person.kind,
        programme=programme.slug,
        counts=year.counts,
        wrong=year.checks.wrong,
        longest_less_days=year.checks.longest_less_days,
        completed=year.ended_on is not None,
        decided_in_s=year.decided_in_s,
    )


def _print_kinds(outcomes: list[Outcome]) -> None:
    head = ("people", "finished", "sessions a week", *WAYS, "longest flare, days")
    print(f"| kind | {' | '.join(head)} |")
    print(f"| --- |{' ---: |' * len(head)}")
    for kind in KINDS:
        of_kind = [each for each in outcomes if each.kind == kind]
        if of_kind:
            print(f"| {kind} | {' | '.join(_row(of_kind))} |")


def _print_programmes(outcomes: list[Outcome], slugs: list[str]) -> None:
    print("\n| programme | people | finished | steps taken | parts taken | begun again |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for slug in slugs:
        found = [each for each in outcomes if each.programme == slug]
        counts = sum((each.counts for each in found), Counter[str]())
        done = sum(each.completed for each in found)
        taken = [counts[f"took {kind}"] for kind in ("ramp", "phase", "restart")]
        print(f"| {slug} | {len(found)} | {done} | {' | '.join(str(each) for each in taken)} |")


def _print_rules(outcomes: list[Outcome]) -> None:
    counts = sum((each.counts for each in outcomes), Counter[str]())
    print("\n| rule | days it acted |")
    print("| --- | ---: |")
    for name, count in sorted(counts.items(), key=lambda each: -each[1]):
        if name.startswith("rule "):
            print(f"| `{name.removeprefix('rule ')}` | {count:,} |")


def _row(outcomes: list[Outcome]) -> list[str]:
    counts = sum((each.counts for each in outcomes), Counter[str]())
    days = max(1, counts["days"])
    shares = [f"{counts[way] / days:.0%}" for way in WAYS]
    longest = [each.longest_less_days for each in outcomes]
    return [
        str(len(outcomes)),
        str(sum(each.completed for each in outcomes)),
        f"{counts['sessions'] * 7 / days:.1f}",
        *shares,
        f"{median(longest):.0f}, at most {max(longest)}",
    ]


if __name__ == "__main__":
    sys.exit(main())
