"""All content files as parsed, and the library made of them."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from fstpwa.content.measure_files import MeasureFile, MeasureRulesFile, StatisticsTestsFile
from fstpwa.content.movement_files import (
    DefaultsFile,
    MovementFile,
    OrderFile,
    SourcesFile,
    VocabulariesFile,
)
from fstpwa.content.pain_files import AfterSessionFile, PainRulesFile
from fstpwa.content.programme_files import ProgrammeFile, ProgrammeRulesFile
from fstpwa.content.reading import Reader, frozen
from fstpwa.content.reason_files import ReasonsFile
from fstpwa.content.safety_files import (
    EffectsFile,
    EmergencyNumbersFile,
    FlagFile,
    MessagesFile,
    OnboardingFile,
    PreSessionFile,
    QuestionFile,
    RescreenFile,
    ScreensFile,
    UnlockFile,
)
from fstpwa.domain.errors import BrokenContent
from fstpwa.domain.library import Library
from fstpwa.domain.safety_content import Rescreen as RescreenRule
from fstpwa.domain.safety_content import Safety, Screen


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentFiles:
    """Every content file, each readable by itself; not yet checked against each other."""

    movements: Mapping[str, MovementFile]
    programmes: Mapping[str, ProgrammeFile]
    measures: Mapping[str, MeasureFile]
    flags: Mapping[str, FlagFile]
    questions: Mapping[str, QuestionFile]
    order: OrderFile
    vocabularies: VocabulariesFile
    defaults: DefaultsFile
    sources: SourcesFile
    programme_rules: ProgrammeRulesFile
    measure_rules: MeasureRulesFile
    statistics_tests: StatisticsTestsFile
    effects: EffectsFile
    screens: ScreensFile
    rescreen: RescreenFile
    unlock: UnlockFile
    pre_session: PreSessionFile
    onboarding: OnboardingFile
    after_session: AfterSessionFile
    emergency_numbers: EmergencyNumbersFile
    messages: MessagesFile
    pain_rules: PainRulesFile
    reasons: ReasonsFile


FOLDERS = {
    "movements": ("movements", MovementFile, "slug"),
    "programmes": ("programmes", ProgrammeFile, "slug"),
    "measures": ("measures", MeasureFile, "slug"),
    "flags": ("safety/flags", FlagFile, "id"),
    "questions": ("safety/questions", QuestionFile, "id"),
}
"""Kinds with one file an item: kind -> folder, model, the field that names the item."""

SINGLE_FILES = {
    "order": ("order.yaml", OrderFile),
    "vocabularies": ("vocabularies.yaml", VocabulariesFile),
    "defaults": ("defaults.yaml", DefaultsFile),
    "sources": ("sources.yaml", SourcesFile),
    "programme_rules": ("programme_rules.yaml", ProgrammeRulesFile),
    "measure_rules": ("measure_rules.yaml", MeasureRulesFile),
    "statistics_tests": ("statistics_tests.yaml", StatisticsTestsFile),
    "effects": ("safety/effects.yaml", EffectsFile),
    "screens": ("safety/screens.yaml", ScreensFile),
    "rescreen": ("safety/rescreen.yaml", RescreenFile),
    "unlock": ("safety/unlock.yaml", UnlockFile),
    "pre_session": ("safety/pre_session.yaml", PreSessionFile),
    "onboarding": ("safety/onboarding.yaml", OnboardingFile),
    "after_session": ("safety/after_session.yaml", AfterSessionFile),
    "emergency_numbers": ("safety/emergency_numbers.yaml", EmergencyNumbersFile),
    "messages": ("safety/messages.yaml", MessagesFile),
    "pain_rules": ("safety/pain_rules.yaml", PainRulesFile),
    "reasons": ("reasons.yaml", ReasonsFile),
}
"""The other files: name -> path, model."""


def read(folder: Path) -> tuple[ContentFiles | None, list[BrokenContent]]:
    """Read every content file below `folder`.

    Returns the files, or None with the list of everything that could not be read.
    """
    reader = Reader(folder)
    found: dict[str, Any] = {}
    for kind, (below, model, key) in FOLDERS.items():
        found[kind] = reader.each(below, model, key)
    for name, (path, model) in SINGLE_FILES.items():
        found[name] = reader.one(path, model)
    if reader.problems:
        return None, reader.problems
    return ContentFiles(**found), []


def file_of(kind: str, name: str = "") -> str:
    """Return the path of one item's file or of a single file, relative to the folder."""
    if kind in FOLDERS:
        return f"{FOLDERS[kind][0]}/{name}.yaml"
    return SINGLE_FILES[kind][0]


def to_library(files: ContentFiles) -> Library:
    """Return the library made of checked files, in the order of order.yaml."""
    order = files.order
    return Library(
        movements=frozen({slug: files.movements[slug].to_domain() for slug in order.movements}),
        programmes=frozen({slug: files.programmes[slug].to_domain() for slug in order.programmes}),
        measures=frozen({slug: files.measures[slug].to_domain() for slug in order.measures}),
        vocabularies=files.vocabularies.to_domain(),
        safety=_safety(files),
        sources=frozen({key: each.to_domain() for key, each in files.sources.root.items()}),
        defaults=files.defaults.to_domain(),
        licences=frozen(files.measure_rules.licence_status),
        statistics_tests=tuple(
            test.to_domain() for test in files.statistics_tests.statistics_tests
        ),
        reasons=frozen({each.id: each.to_domain() for each in files.reasons.reasons}),
        programme_files=frozen(
            {slug: files.programmes[slug].to_json() for slug in order.programmes}
        ),
    )


def _safety(files: ContentFiles) -> Safety:
    regions = files.vocabularies.body_regions
    effects = files.effects
    return Safety(
        flags=frozen({each: files.flags[each].to_domain(regions) for each in files.order.flags}),
        questions=frozen(
            {each: files.questions[each].to_domain() for each in files.order.questions}
        ),
        effects=frozen({effect: effects.effects[effect] for effect in effects.effect_order}),
        area_flag_rules=tuple(effects.area_flag_rules),
        screens=tuple(
            Screen(**{name: frozen(value) for name, value in screen})
            for screen in files.screens.screens
        ),
        screen_rules=tuple(files.screens.screen_rules),
        pre_session=files.pre_session.to_domain(),
        rescreen=RescreenRule(**{name: frozen(value) for name, value in files.rescreen}),
        unlock_rules=files.unlock.rules_to_domain(),
        unlock_by_effect=frozen(files.unlock.by_effect),
        unlock_principles=tuple(files.unlock.principles),
        messages=frozen({each.id: each.to_domain() for each in files.messages.messages}),
        emergency_numbers=files.emergency_numbers.to_domain(),
        onboarding=files.onboarding.to_domain(),
        after_session=files.after_session.to_domain(),
        pain_rules=files.pain_rules.to_domain(),
    )


def every_file(files: ContentFiles) -> list[tuple[str, Any]]:
    """Return each file's path with its parsed model."""
    found: list[tuple[str, Any]] = []
    for field in fields(files):
        content = getattr(files, field.name)
        if field.name in FOLDERS:
            found += [(file_of(field.name, name), item) for name, item in content.items()]
        else:
            found.append((file_of(field.name), content))
    return found
