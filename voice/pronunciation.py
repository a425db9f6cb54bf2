"""What a voice reads for a line: words instead of digits, signs and abbreviations.

Standard library only: what is read is part of a clip's recipe, which `make check` compares.
"""

import re

MENDED = {
    "cradling": "kɹˈAdlɪŋ",
    "latissimus": "lətˈɪsəməs",
    "prayer": "pɹˈɛɹ",
    "tingling": "tˈɪŋɡlɪŋ",
}
"""Words that the pronouncing dictionary gets wrong here, in Kokoro's own signs.

Its "prayer" is one who prays, and it puts a vowel too many into the others.
"""

READ_AS = {"Outer hip ball on wall": "Outer hip, ball on wall"}
"""Lines that are clearer read in another way; the words stay the same."""

_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    "nineteen",
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
LARGEST = 999

_RULES = (
    (r"\be\.g\.", "for example"),
    (r"\bi\.e\.", "that is"),
    (r"\betc\.", "and so on"),
    (r"\bapprox\.", "about"),
    # "90-90" is the name of a position, "4-5 s" a range.
    (r"\b(\d+)[-–]\1\b", r"\1 \1"),
    (r"\b(\d+)[-–](\d+)\b", r"\1 to \2"),
    (r"(?<=\d) ?x\b", " times"),
    (r"\b1 ?s\b", "1 second"),
    (r"(?<=\d) ?s\b", " seconds"),
    (r"\b1 ?min\b", "1 minute"),
    (r"(?<=\d) ?min\b", " minutes"),
    (r"\b1 ?cm\b", "1 centimetre"),
    (r"(?<=\d) ?cm\b", " centimetres"),
    (r"(?<=\d) ?°(?!\w)", " degrees"),
    (r"(?<=\d) ?%", " per cent"),
    (r" ?& ?", " and "),
    (r"(?<=\w) ?/ ?(?=\w)", " or "),
    # What stands in brackets is said between two short pauses.
    (r" ?\(([^()]*)\)(?=[,;:.?!]|$)", r", \1"),
    (r" ?\(([^()]*)\)", r", \1,"),
    (r" [-–—] ", ", "),
    # Joined words are read as one long one: "baseofskull".
    (r"(?<=[A-Za-z])-(?=[A-Za-z])", " "),
    (r"’", "'"),
)
_READABLE = re.compile(r"[A-Za-z][A-Za-z' ]*(?:[,;:.?!] [A-Za-z][A-Za-z' ]*)*[.?]")
_NOT_A_WORD = re.compile(r"\b[b-df-hj-np-tv-xz]+\b", re.IGNORECASE)
"""No vowel: an abbreviation that no rule knows. ("child's" has one; so has "my".)"""


class Unreadable(Exception):
    """A line has a sign that no rule here turns into words."""


def spoken(text: str) -> str:
    """Return the words and pauses of a line, with a stop at its end.

    Raises:
        Unreadable: something is left that is neither a word nor a pause.
    """
    words = READ_AS.get(text, text).strip()
    for pattern, instead in _RULES:
        words = re.sub(pattern, instead, words)
    words = re.sub(r"\d+", lambda number: in_words(int(number[0])), words)
    words = words if words.endswith((".", "?")) else f"{words}."
    words = re.sub(r" +", " ", words)
    if not _READABLE.fullmatch(words) or _NOT_A_WORD.search(words.replace("'s", "")):
        raise Unreadable(f"no rule in pronunciation.py reads all of: {text!r}")
    return words


def in_words(number: int) -> str:
    """Return a whole number from 0 to 999 as it is said."""
    if not 0 <= number <= LARGEST:
        raise Unreadable(f"numbers are read up to {LARGEST}, not {number}")
    if number < len(_ONES):
        return _ONES[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return _TENS[tens - 2] + (f" {_ONES[ones]}" if ones else "")
    hundreds, rest = divmod(number, 100)
    return f"{_ONES[hundreds]} hundred" + (f" and {in_words(rest)}" if rest else "")


def words_of(text: str) -> list[str]:
    """Return the words that are heard in a line, in small letters."""
    return re.findall(r"[a-z']+", spoken(text).lower())


def mended_in(text: str) -> dict[str, str]:
    """Return the mended words among those of a line."""
    return {word: MENDED[word] for word in sorted(set(words_of(text)) & MENDED.keys())}
