"""统一社会信用代码 (GB 32100—2015): 18 characters, the last a check on the others (domain.md 2.4)."""

import unicodedata
from functools import reduce

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_PRODUCTS = tuple({c: v * weight for c, v in _VALUES.items()} for weight in WEIGHTS)


def tidy(written: str) -> str:
    """The code as meant: capitals, half-width, without blanks or hyphens."""
    if not written.isascii():
        written = unicodedata.normalize("NFKC", written)
    return written.replace(" ", "").replace("-", "").upper()


def check_character(body: str) -> str:
    """The 18th character that belongs to the 17 of ``body``; KeyError for a letter outside the alphabet."""
    total = sum(map(dict.__getitem__, _PRODUCTS, body))
    return ALPHABET[-total % 31]


def is_valid(code: str) -> bool:
    """Whether a tidy ``code`` has 18 known letters, digits for its region, and the right last one."""
    if len(code) != 18 or not code[2:8].isdecimal():
        return False
    try:
        return check_character(code[:17]) == code[17]
    except KeyError:
        return False


def organisation_code(body: str) -> str:
    """The nine characters of GB 11714 from the first eight: the ninth is their check digit."""
    weighted = zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)
    total = reduce(lambda sum_, pair: sum_ + int(pair[0], 36) * pair[1], weighted, 0)
    check = -total % 11
    return body + ("X" if check == 10 else str(check))
