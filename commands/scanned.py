"""What a scanner sends for a code that we printed ourselves.

Our labels carry their code in GS1 AI (91), company internal information. Scanners put the name of
the symbol before it (`]d2`) or not, and the element in brackets or not.
"""

import re

OWN_AI = "91"
BEFORE = re.compile(rf"^(\](D2|Q3|C1|E0))?(\({OWN_AI}\)|{OWN_AI})(?=[A-Z]-)")


def own_code(text: str) -> str:
    """As scanned or typed: capitals, no spaces, without what a scanner puts before the code."""
    return BEFORE.sub("", re.sub(r"\s", "", text).upper())
