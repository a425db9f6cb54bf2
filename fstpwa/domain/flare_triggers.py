"""What may have set a flare off, as the person sees it: optional tags, and how often each was given.

Counts only, never causes. Source: content E.2, triggers: nothing is said of a pattern with fewer
than 10 flares, and this app says nothing of one at all.
"""

from collections.abc import Collection, Iterable, Mapping

from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.practice_history import EventRecord

TRIGGERS: Mapping[str, str] = {
    "sleep": "Poor sleep",
    "stress": "Stress",
    "overdid": "Did a lot",
    "weather": "Weather",
    "period": "Period",
    "illness": "Illness",
}
"""Code -> words. Source: content E.2 (sleep, stress, overdid it, weather, period, illness)."""


def triggers_of(codes: Collection[str]) -> tuple[str, ...]:
    """Return the codes once each, in the order in which they are shown.

    Raises:
        InvalidValue: one of them is none of ours.
    """
    if not set(codes) <= TRIGGERS.keys():
        raise InvalidValue("Choose from the list.")
    return tuple(code for code in TRIGGERS if code in codes)


def trigger_counts(events: Iterable[EventRecord]) -> Mapping[str, int]:
    """Return in how many flares each tag was given, the most frequent first; never with 0."""
    found = dict.fromkeys(TRIGGERS, 0)
    for event in events:
        if event.kind == "flare_triggers":
            for code in event.value or ():
                if code in found:
                    found[code] += 1
    return {
        code: count for code, count in sorted(found.items(), key=lambda each: -each[1]) if count
    }
