"""The shape of the files that hold measures."""

from typing import Annotated, Any, Literal

from pydantic import Field

from fstpwa.content.reading import Code, FileModel, Text, frozen
from fstpwa.domain.measure import Direction, Measure, StatisticsTest

HeldBack = Literal["bands", "missing", "arithmetic", "app_policy", "mdc", "mcid"]


class ThresholdFile(FileModel):
    """A detectable or an important change."""

    value: Text
    tag: Annotated[str, Field(pattern=r"^[VKNE](/[VKNE])*$")]
    src: str


class ScoringTestFile(FileModel):
    """A worked example of the scoring."""

    input: Text
    expect: Text


class MeasureFile(FileModel):
    """One measure."""

    slug: Code
    name: Text
    measures: Text
    direction: Direction
    range: Annotated[list[int], Field(min_length=2, max_length=2)]
    anchors: Annotated[list[Text], Field(min_length=2, max_length=2)] | None = None
    items: Annotated[int, Field(ge=1)] | Annotated[str, Field(pattern=r"^\d+-\d+$")]
    recall: Text
    cadence: Text
    arithmetic: Text
    missing: Text
    bands: Text
    mdc: list[ThresholdFile]
    mcid: list[ThresholdFile]
    licence: Code
    app_policy: Text
    hold_back: list[HeldBack] = Field(default_factory=list)
    author_notes: dict[str, Text | list[Text]] = Field(default_factory=dict)
    scoring_tests: list[ScoringTestFile] = Field(default_factory=list)

    def to_domain(self) -> Measure:
        """Return the measure without its figures: some wait for a check, and no page shows any."""
        return Measure(
            slug=self.slug,
            name=self.name,
            measures=self.measures,
            direction=self.direction,
            lowest=self.range[0],
            highest=self.range[1],
            anchors=None if self.anchors is None else (self.anchors[0], self.anchors[1]),
            recall=self.recall,
            cadence=self.cadence,
            licence=self.licence,
        )


class MeasureRulesFile(FileModel):
    """How measure files are to be read."""

    hold_back: Text
    tags: dict[Literal["V", "K", "N", "E"], Text]
    licence_status: dict[Code, Text]


class StatisticsTestFile(FileModel):
    """A worked example for one statistical function."""

    name: Code
    inp: dict[str, int | float | list[int | float]]
    out: float | dict[str, Any]

    def to_domain(self) -> StatisticsTest:
        """Return the example."""
        return StatisticsTest(name=self.name, given=frozen(self.inp), expected=frozen(self.out))


class StatisticsTestsFile(FileModel):
    """All worked examples for the statistics."""

    statistics_tests: list[StatisticsTestFile]
