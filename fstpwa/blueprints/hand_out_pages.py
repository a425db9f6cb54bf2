"""The page of a hand-out: what is printed, on which paper, and the code that opens it again."""

from typing import Literal

from flask import render_template, request, url_for

from fstpwa.access import acting_user
from fstpwa.blueprints.qr_pictures import qr_picture
from fstpwa.domain.dose import SideChoice
from fstpwa.services.hand_outs import HandOut, routine_followed
from fstpwa.web import settings

Paper = Literal["a4", "letter"]

ON_LETTER = frozenset(
    {"US", "CA", "MX", "PH", "CL", "CO", "VE", "CR", "GT", "PA", "DO", "SV", "HN", "NI", "PR"}
)
"""Countries where a sheet of paper is Letter; everywhere else it is A4."""


def hand_out_page(
    found: HandOut,
    *,
    name: str,
    purpose: str,
    opens: str,
    back: tuple[str, str],
    whose: str = "",
    side: SideChoice | None = None,
    version: int | None = None,
) -> str:
    """Return the page.

    Args:
        found: what is printed.
        name: of the routine or session.
        purpose: what it is for, may be empty.
        opens: path of the page that the code on the paper leads to.
        back: where one came from: the address and its words.
        whose: name that is put on the paper where the reader ticks that; empty leaves a line to
            write one on, which is sent nowhere.
        side: the side it is printed for; None: none can be chosen.
        version: of a routine, where it is not the newest.
    """
    address = f"{settings().origin}{opens}"
    return render_template(
        "routines/hand_out.html",
        found=found,
        name=name,
        purpose=purpose,
        address=address,
        qr=qr_picture(address),
        back=back,
        whose=whose,
        is_named="named" in request.args,
        paper=paper_asked(),
        side=side,
        version=version,
    )


def paper_asked() -> Paper:
    """Return the size that the address asks for, or what is usual where the reader lives."""
    asked = request.args.get("paper")
    if asked == "letter" or (asked != "a4" and acting_user().country in ON_LETTER):
        return "letter"
    return "a4"


def page_of_programme(slug: str, *, has_page: bool) -> str:
    """Return the path that opens what somebody follows, for whoever may see it."""
    routine_id = routine_followed(slug)
    if routine_id is not None:
        return url_for("routines.opened_from_paper", routine_id=routine_id)
    return url_for("programmes.show", slug=slug) if has_page else url_for("plan.show")
