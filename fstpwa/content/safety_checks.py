"""Checks the safety data: flags, questions, screens, locks and messages."""

import re
from collections.abc import Iterator
from typing import get_args

from fstpwa.content.files import ContentFiles, file_of
from fstpwa.content.safety_files import FlagFile, QuestionFile
from fstpwa.domain.errors import BrokenContent
from fstpwa.domain.safety_content import Effect, UnlockWay

Problems = Iterator[BrokenContent]

IF_YES_OF_EFFECT = {
    "emergency": "emergency",
    "urgent_lock": "urgent_same_day",
    "ask_first_lock_all": "ask_first",
    "ask_first_lock_matching": "ask_first",
    "hide_matching": "modify",
    "soften_matching": "modify",
    "inform": "note",
}
"""`if_yes` is derived from `effect`."""

_ID = re.compile(r"\b[a-z]+(?:_[a-z0-9]+)+\b")


def check_safety(files: ContentFiles) -> Problems:
    """Yield what is wrong with the safety data."""
    for flag in files.flags.values():
        yield from _check_flag(files, file_of("flags", flag.id), flag)
    for question in files.questions.values():
        yield from _check_question(files, file_of("questions", question.id), question)
    yield from _check_effects(files)
    yield from _check_screens(files)
    yield from _check_pre_session(files)
    yield from _check_messages(files)
    yield from _check_notices(files)
    yield from _check_after_session(files)
    yield from _check_countries(files)


def _check_flag(files: ContentFiles, name: str, flag: FlagFile) -> Problems:
    is_area = flag.scope == "area"
    if is_area != (flag.regions is not None):
        yield BrokenContent(name, "regions", "an area flag has regions, a whole-body flag none")
    if is_area == (flag.region_choice == "none"):
        yield BrokenContent(name, "region_choice", f"does not fit scope: {flag.scope}")
    if is_area == ("listed" in flag.acts_on):
        yield BrokenContent(name, "acts_on", f"does not fit scope: {flag.scope}")
    if flag.regions is not None and flag.regions != "any":
        for place, region in enumerate(flag.regions):
            if region not in files.vocabularies.body_regions:
                yield BrokenContent(
                    name, f"regions.{place}", f"{region!r} is not in the vocabulary"
                )
    if (flag.region_choice == "pick" or flag.ask_side) and not flag.ask_where:
        yield BrokenContent(name, "ask_where", "is empty, but the person is asked for a place")
    if "expires" in flag.unlock and flag.expires_after_days is None:
        yield BrokenContent(name, "expires_after_days", "is missing, but expires unlocks the flag")
    if (flag.expires_after_days is None) != (flag.on_expiry is None):
        yield BrokenContent(name, "on_expiry", "goes with expires_after_days")
    for place, question in enumerate(flag.set_by):
        asked = files.questions.get(question)
        if asked is None:
            yield BrokenContent(name, f"set_by.{place}", f"there is no question {question!r}")
        elif asked.sets_flag != flag.id:
            yield BrokenContent(name, f"set_by.{place}", f"{question!r} does not set this flag")
        elif asked.effect not in flag.effects:
            yield BrokenContent(name, "effects", f"lacks {asked.effect!r} of {question!r}")


def _check_question(files: ContentFiles, name: str, question: QuestionFile) -> Problems:
    if question.sets_flag is not None:
        flag = files.flags.get(question.sets_flag)
        if flag is None:
            yield BrokenContent(name, "sets_flag", f"there is no flag {question.sets_flag!r}")
        elif question.id not in flag.set_by:
            yield BrokenContent(
                name, "sets_flag", f"{question.sets_flag!r} does not name it in set_by"
            )
    if question.if_yes != IF_YES_OF_EFFECT[question.effect]:
        yield BrokenContent(name, "if_yes", f"does not fit effect: {question.effect}")
    if (question.effect == "emergency") != (question.call is not None):
        yield BrokenContent(name, "call", "is given for an emergency, and only there")
    if question.show_for_regions != "all":
        for place, region in enumerate(question.show_for_regions):
            if region not in files.vocabularies.body_regions:
                yield BrokenContent(
                    name, f"show_for_regions.{place}", f"{region!r} is not in the vocabulary"
                )


def _check_effects(files: ContentFiles) -> Problems:
    every = set(get_args(Effect))
    effects = file_of("effects")
    if set(files.effects.effects) != every:
        yield BrokenContent(effects, "effects", "every effect is explained")
    if sorted(files.effects.effect_order) != sorted(every):
        yield BrokenContent(effects, "effect_order", "every effect is there once")
    unlock = file_of("unlock")
    if set(files.unlock.by_effect) != every:
        yield BrokenContent(unlock, "by_effect", "every effect is there")
    if set(files.unlock.rules) != set(get_args(UnlockWay)):
        yield BrokenContent(unlock, "rules", "every way to unlock is explained")


def _check_screens(files: ContentFiles) -> Problems:
    name = file_of("screens")
    placed: set[str] = set()
    for screen_place, screen in enumerate(files.screens.screens):
        for place, item in enumerate(screen.items):
            field = f"screens.{screen_place}.items.{place}"
            if item not in files.questions:
                yield BrokenContent(name, field, f"there is no question {item!r}")
            if item in placed:
                yield BrokenContent(name, field, f"{item!r} is on a screen already")
            placed.add(item)
    opened = {item for check in files.pre_session.items for item in check.opens}
    for question in files.questions:
        if question not in placed | opened:
            yield BrokenContent(name, "screens", f"nothing asks the question {question!r}")


def _check_pre_session(files: ContentFiles) -> Problems:
    for item_place, item in enumerate(files.pre_session.items):
        for place, question in enumerate(item.opens):
            if question not in files.questions:
                yield BrokenContent(
                    file_of("pre_session"),
                    f"items.{item_place}.opens.{place}",
                    f"there is no question {question!r}",
                )


def _check_messages(files: ContentFiles) -> Problems:
    """Yield messages and kinds of pain that lead to something unknown."""
    name = file_of("messages")
    ids = [message.id for message in files.messages.messages]
    known = {*ids, *files.questions, *get_args(Effect), *get_args(UnlockWay)}
    for place, message in enumerate(files.messages.messages):
        if message.id in ids[:place]:
            yield BrokenContent(name, f"messages.{place}.id", f"{message.id!r} is there twice")
        for option, target in message.leads_to.items():
            field = f"messages.{place}.leads_to.{option}"
            if option not in {*message.options, "default"}:
                yield BrokenContent(name, field, "is not one of the options")
            for found in _ID.findall(target):
                if found not in known:
                    yield BrokenContent(name, field, f"there is no {found!r}")
    for place, kind in enumerate(files.after_session.kind.options):
        for found in _ID.findall(kind.leads_to.do):
            if found not in known:
                yield BrokenContent(
                    file_of("after_session"),
                    f"kind.options.{place}.leads_to.do",
                    f"there is no {found!r}",
                )


def _check_notices(files: ContentFiles) -> Problems:
    """Yield notices of the onboarding that differ from the message of the same id."""
    texts = {message.id: message.text for message in files.messages.messages}
    onboarding = files.onboarding
    for field, notice in (
        ("first_screen_notice", onboarding.first_screen_notice),
        ("adults_only", onboarding.adults_only),
    ):
        if texts.get(notice.id) != notice.text:
            yield BrokenContent(
                file_of("onboarding"), f"{field}.text", f"differs from the message {notice.id!r}"
            )


def _check_after_session(files: ContentFiles) -> Problems:
    """Yield kinds of pain that say something else at once, and an unknown scale."""
    name = file_of("after_session")
    for place, kind in enumerate(files.after_session.kind.options):
        field = f"kind.options.{place}.say_now"
        if kind.say_now is not None and not kind.text.startswith(kind.say_now):
            yield BrokenContent(name, field, "is not the beginning of the text")
        if kind.say_now is None and kind.leads_to.zone == "red":
            yield BrokenContent(name, field, "is missing, but the kind is red")
    measure = files.after_session.worst_pain.measure
    if measure not in files.measures:
        yield BrokenContent(name, "worst_pain.measure", f"there is no measure {measure!r}")


def _check_countries(files: ContentFiles) -> Problems:
    codes = [country.code for country in files.emergency_numbers.countries]
    for place, code in enumerate(codes):
        if code in codes[:place]:
            yield BrokenContent(
                file_of("emergency_numbers"), f"countries.{place}.code", f"{code!r} is there twice"
            )
