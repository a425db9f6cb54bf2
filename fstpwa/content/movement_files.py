"""The shape of the files that hold movements, vocabularies, sources and defaults."""

from typing import Annotated

from pydantic import Field, RootModel

from fstpwa.content.reading import Code, FileModel, Slug, Text, frozen
from fstpwa.domain.dose import Dose, Mode
from fstpwa.domain.library import Defaults, Source
from fstpwa.domain.movement import Easier, Evidence, Movement, MovementSides, Vocabularies

HoldSeconds = Annotated[int, Field(ge=1, le=120)]
Reps = Annotated[int, Field(ge=1, le=60)]
Sets = Annotated[int, Field(ge=1, le=10)]
Seconds = Annotated[int, Field(ge=5, le=900)]
PainScale = Annotated[int, Field(ge=0, le=10)]


class DoseFile(FileModel):
    """How much of a movement; which fields are needed depends on `mode`."""

    mode: Mode
    sets: Sets
    reps: Reps | None = None
    hold_s: HoldSeconds | None = None
    seconds: Seconds | None = None
    seconds_per_rep: Annotated[int, Field(ge=1, le=30)] | None = None
    rest_s: Annotated[int, Field(ge=0, le=120)]
    per_side: bool
    estimated_s: Annotated[int, Field(ge=1, le=3600)]

    def to_domain(self) -> Dose:
        """Return the dose; `estimated_s` is only a check on the author's arithmetic."""
        return Dose(**self.model_dump(exclude={"estimated_s"}))


class EasierFile(FileModel):
    """The easier version of a movement."""

    dose: DoseFile
    how: Text
    instead: Slug | None
    pressure_ceiling_nrs: PainScale | None = None

    def to_domain(self) -> Easier:
        """Return the easier version."""
        return Easier(
            dose=self.dose.to_domain(),
            how=self.how,
            instead=self.instead,
            pressure_ceiling_nrs=self.pressure_ceiling_nrs,
        )


class EvidenceFile(FileModel):
    """What is known about a movement, for clinicians."""

    level: Code
    note: Text
    sources: list[Code]


class MovementFile(FileModel):
    """One movement."""

    slug: Slug
    name: Annotated[Text, Field(max_length=80)]
    kind: Code
    regions: Annotated[list[Code], Field(min_length=1)]
    contact_regions: list[Code]
    load_regions: list[Code]
    other_side_ok: bool
    target_tissues: list[Text]
    fascial_line: Code
    planes: Annotated[list[Code], Field(min_length=1)]
    joints: Annotated[list[Text], Field(min_length=1)]
    position: Code
    floor_or_bed_needed: bool
    start_position: Text
    equipment: Annotated[list[Code], Field(min_length=1)]
    sides: MovementSides
    dose: DoseFile
    pressure_ceiling_nrs: PainScale | None
    breathing: Text
    steps: Annotated[list[Text], Field(min_length=1)]
    feel_it_here: Text
    easier_flare_day: Text
    easier: EasierFile
    progression: Text
    common_faults: list[Text]
    cautions: Text
    stop_if: list[Code]
    ask_first_if: list[Code]
    modify_if: list[Code]
    serves: Annotated[list[Code], Field(min_length=1)]
    everyday_words: list[Text] = Field(default_factory=list)
    evidence_line: Annotated[Text, Field(max_length=160)]
    evidence: EvidenceFile
    fst_elements: list[Code]
    author_notes: list[Text] = Field(default_factory=list)
    retired: bool = False

    def to_domain(self) -> Movement:
        """Return the movement as the rules see it, without the author's notes."""
        plain = {
            name: frozen(value)
            for name, value in self
            if name not in {"dose", "easier", "evidence", "author_notes"}
        }
        for name in ("stop_if", "ask_first_if", "modify_if"):
            plain[name] = frozenset(plain[name])
        evidence = self.evidence
        return Movement(
            **plain,
            dose=self.dose.to_domain(),
            easier=self.easier.to_domain(),
            evidence=Evidence(
                level=evidence.level, note=evidence.note, sources=tuple(evidence.sources)
            ),
        )


class VocabulariesFile(FileModel):
    """The closed vocabularies: code, then the label for people."""

    kinds: dict[Code, Text]
    body_regions: dict[Code, Text]
    fascial_lines: dict[Code, Text]
    equipment: dict[Code, Text]
    positions: dict[Code, Text]
    sides: dict[MovementSides, Text]
    conditions: dict[Code, Text]
    evidence_levels: dict[Code, Text]
    fst_elements: dict[Code, Text]
    health_flags: dict[Code, Text]
    dose_modes: dict[Mode, Text]
    planes: dict[Code, Text]
    joints: dict[Text, Text]

    def to_domain(self) -> Vocabularies:
        """Return the vocabularies."""
        return Vocabularies(**{name: frozen(value) for name, value in self})


class DefaultsFile(FileModel):
    """Ceilings on a 0-10 scale."""

    pressure_ceiling_nrs: PainScale
    pressure_ceiling_fibromyalgia: PainScale
    pressure_ceiling_athlete: PainScale
    pressure_ceiling_easier: PainScale
    pressure_ceiling_easier_fibromyalgia: PainScale
    stretch_feel_nrs: PainScale

    def to_domain(self) -> Defaults:
        """Return the defaults."""
        return Defaults(**self.model_dump())


class SourceFile(FileModel):
    """One publication."""

    citation: Text
    seen_in_lookups: bool
    author_notes: Text | None = None

    def to_domain(self) -> Source:
        """Return the source without the author's notes."""
        return Source(citation=self.citation, seen=self.seen_in_lookups)


class SourcesFile(FileModel, RootModel[dict[Code, SourceFile]]):
    """All publications by key."""

    model_config = FileModel.model_config | {"extra": None}


class OrderFile(FileModel):
    """The order in which items are shown."""

    movements: list[Slug]
    programmes: list[Slug]
    measures: list[Code]
    flags: list[Code]
    questions: list[Code]
