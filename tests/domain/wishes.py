"""Random wishes of somebody's sessions."""

from hypothesis import strategies as st

from fstpwa.content import library
from fstpwa.domain.preferences import POSITIONS, Preferences

_SLUGS = st.frozensets(st.sampled_from(sorted(library().movements)), max_size=12)
_THINGS = st.frozensets(
    st.sampled_from([code for code in library().vocabularies.equipment if code != "none"])
)


@st.composite
def wishes(draw: st.DrawFn) -> Preferences:
    avoided = draw(_SLUGS)
    return Preferences(
        avoided=avoided,
        preferred=draw(_SLUGS) - avoided,
        missing=draw(_THINGS),
        position=draw(st.sampled_from(POSITIONS)),
    )
