"""Bag codes: `B-7F3KX-01`. Four random characters, one check character, the bag's number."""

import re
import secrets

from commands.scanned import own_code

# No I, O, U, 0 or 1, which are misread; 31 is prime, so one wrong or two swapped ones show.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTVWXYZ"
FORM = re.compile(r"^B-([2-9A-HJ-NP-TV-Z]{4})([2-9A-HJ-NP-TV-Z])-(\d{2})$", re.ASCII)


def new_code(n: int) -> str:
    body = "".join(secrets.choice(ALPHABET) for _each in range(4))
    return f"B-{body}{check_of(body, n)}-{n:02}"


def check_of(body: str, n: int) -> str:
    figures = [ALPHABET.index(one) for one in body] + [n // 10, n % 10]
    weighted = sum((place + 2) * figure for place, figure in enumerate(figures))
    return ALPHABET[weighted % len(ALPHABET)]


def tidy(text: str) -> str:
    """As scanned or typed: only the code itself, in capitals."""
    return own_code(text)


def is_code(text: str) -> bool:
    """Whether the check character fits: tells a typing mistake from another bag."""
    found = FORM.match(tidy(text))
    return bool(found) and check_of(found[1], int(found[3])) == found[2]
