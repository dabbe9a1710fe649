"""Fingerprints of names and telephone numbers, so that a text can be searched for them without keeping them."""

import hmac
import re
import unicodedata
from collections.abc import Iterable, Iterator

LONGEST_NAME = 8
# Shorter family names are ordinary words too often: Ba, Sow, Mai.
SHORTEST_ALONE = 4
# Numbers are written with and without the country's code; these last digits are the same in both.
DIGITS_COMPARED = 8
SHORTEST_NUMBER = 6

_APOSTROPHES = re.compile("['’‘ʼ`´ʻ]")
_RUN_OF_DIGITS = re.compile(r"\d(?:[\s().\-–/]*\d)+")
_TATWEEL = "\u0640"


def of_person(key: bytes, *, names: Iterable[str], family_names: Iterable[str], phones: Iterable[str]) -> list[str]:
    """Return the fingerprints of a person: every full name in any order, each family name, each number."""
    read = [words for name in names for words in _readings(name)]
    alone = [word for name in family_names for words in _readings(name) for word in words]
    alone += [words[0] for words in read if len(words) == 1]
    marks = {_full(words) for words in read if len(words) > 1}
    marks |= {_single(word) for word in alone if len(word) >= SHORTEST_ALONE}
    marks |= {_number(digits[-DIGITS_COMPARED:]) for digits in map(_digits, phones) if len(digits) >= SHORTEST_NUMBER}
    return sorted(_print(key, mark) for mark in marks)


def marks_of(text: str) -> frozenset[str]:
    """Return everything in a text that could be a name or a number; it is read once, for however many people."""
    return frozenset(_marks(text))


def stand_in(marks: Iterable[str], key: bytes, prints: Iterable[str]) -> bool:
    """Say whether one of the names or numbers that these fingerprints were taken of is among the marks of a text."""
    known = set(prints)
    return bool(known) and any(_print(key, mark) in known for mark in marks)


def _marks(text: str) -> Iterator[str]:
    for words in _readings(text):
        for word in set(words):
            yield _single(word)
        for length in range(2, LONGEST_NAME + 1):
            for start in range(len(words) - length + 1):
                yield _full(words[start : start + length])
    yield from _numbers(text)


def _print(key: bytes, mark: str) -> str:
    return hmac.digest(key, mark.encode(), "sha256")[:16].hex()


def _full(words: list[str]) -> str:
    return "full:" + " ".join(sorted(words))


def _single(word: str) -> str:
    return f"family:{word}"


def _readings(text: str) -> list[list[str]]:
    """Return the words of a text, read twice where it has apostrophes: N’Dour is one word, d’Okonjowski is two."""
    joined, parted = _words(_APOSTROPHES.sub("", text)), _words(_APOSTROPHES.sub(" ", text))
    return [joined] if joined == parted else [joined, parted]


def _words(text: str) -> list[str]:
    """Return the words of a text without accents, vowel signs and invisible marks, in small letters."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    kept = (letter for letter in plain if not unicodedata.combining(letter) and letter != _TATWEEL)
    return re.findall(r"[^\W\d_]+", "".join(letter for letter in kept if unicodedata.category(letter) != "Cf"))


def _number(digits: str) -> str:
    return f"number:{digits}"


def _numbers(text: str) -> Iterator[str]:
    """Return every run of digits that could be the end of a telephone number, however it is written."""
    visible = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    for digits in {_digits(found) for found in _RUN_OF_DIGITS.findall(visible)}:
        for length in range(SHORTEST_NUMBER, DIGITS_COMPARED + 1):
            for start in range(len(digits) - length + 1):
                yield _number(digits[start : start + length])


def _digits(text: str) -> str:
    """Return the digits of a text, of whatever script, as ours."""
    return "".join(str(unicodedata.digit(sign)) for sign in text if sign.isdecimal())
