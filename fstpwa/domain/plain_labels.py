"""Short, everyday labels for filters, chips and cards, where a vocabulary's own label is long."""

from collections.abc import Iterable, Mapping

from fstpwa.domain.movement import Vocabularies, short_label

PLAIN_CONDITIONS: Mapping[str, str] = {
    "neck_pain": "Neck pain",
    "desk_work": "Desk work",
    "low_back_pain": "Low back pain",
    "fibromyalgia": "Fibromyalgia",
    "myofascial_pain": "Muscle pain in one area",
    "plantar_heel": "Heel pain",
    "jaw_tmd": "Jaw pain",
    "shoulder_mobility": "Stiff shoulder",
    "hip_mobility": "Stiff hips",
    "athlete": "Training and recovery",
    "balance_gait": "Balance and walking",
    "general_tightness": "Still feeling tight",
}
PLAIN_REGIONS: Mapping[str, str] = {
    "forearm_hand": "Forearm and hand",
    "abdomen": "Belly and diaphragm",
}
PLAIN_KINDS: Mapping[str, str] = {"balance": "Balance and walking", "strength": "Strength"}
PLAIN_MEASURES: Mapping[str, str] = {
    "stiffness_nrs": "Felt stiffness",
    "nprs": "Pain",
    "good_day": "Whether it was a good day",
    "fatigue_nrs": "Tiredness",
    "sleep_nrs": "Sleep",
    "morning_stiffness_min": "Minutes of morning stiffness",
    "first_step_pain": "Heel pain on the first steps",
    "psfs": "Activities you choose yourself",
    "gpe": "Your own verdict on the change",
    "was": "How well you can work",
    "wblt": "Knee to wall",
    "four_stage": "Standing balance in four steps",
    "falls_count": "Falls and near-falls",
    "tug": "Stand up and walk 3 metres",
    "cervical_rom": "Neck range",
    "hand_behind_back": "Hand behind the back",
    "jaw_opening_mm": "Mouth opening",
    "shoulder_flexion": "Arm raise",
    "hip_rotation": "Hip rotation",
    "single_leg_stance": "Standing on one leg",
}
"""The other measures go by their own names, without the brackets."""


def plain_kinds(vocabularies: Vocabularies) -> dict[str, str]:
    """Return code -> short label of the kinds, in reading order."""
    return _short(vocabularies.kinds, PLAIN_KINDS)


def plain_regions(vocabularies: Vocabularies) -> dict[str, str]:
    """Return code -> short label of the body regions, in reading order."""
    return _short(vocabularies.body_regions, PLAIN_REGIONS)


def plain_conditions(vocabularies: Vocabularies) -> dict[str, str]:
    """Return code -> short label of what movements and programmes serve, in reading order."""
    return _short(vocabularies.conditions, PLAIN_CONDITIONS)


def plain_measure(slug: str, name: str) -> str:
    """Return a measure in everyday words; its name without brackets where it has none."""
    return PLAIN_MEASURES.get(slug, short_label(name))


def listed(labels: Iterable[str]) -> str:
    """Write labels as one list: "Massage ball, wall". Only the first keeps its capital."""
    first, *others = [*labels] or [""]
    return ", ".join([first, *(label[:1].lower() + label[1:] for label in others)])


def _short(labels: Mapping[str, str], plain: Mapping[str, str]) -> dict[str, str]:
    return {code: plain.get(code) or short_label(label) for code, label in labels.items()}
