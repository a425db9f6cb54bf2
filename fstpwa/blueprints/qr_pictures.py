"""QR pictures of addresses, for a phone that is held in front of the screen."""

import segno
from markupsafe import Markup


def qr_picture(address: str) -> Markup:
    """Return `address` as a QR code in SVG without styles; dark on light in either theme.

    It is drawn from its modules alone: nothing of the address is written as text.
    """
    code = segno.make(address, error="m", micro=False)
    return Markup(code.svg_inline(omitsize=True, dark="#000", light="#fff"))  # noqa: S704  # made here, of lines only
