"""Lessons are files, one a skill, each with a version: lesson_files/*.toml."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

FILES = Path(__file__).parent / "lesson_files"
SKILLS = ("early_signs", "pump_alarms", "line_care")  # in the order they are taught
GROWN_UP_YEARS = 18
Variant = Literal["adult", "family"]


@dataclass(frozen=True)
class Version:
    """The words of one lesson for adults, or for a child's family."""

    for_whom: str
    points: tuple[str, ...]
    say_back: tuple[str, ...]


@dataclass(frozen=True)
class Lesson:
    key: str
    version: int
    title: str
    icon: str
    reviewed: str  # who reviewed it clinically; empty: nobody yet
    adult: Version
    family: Version
    language: str = "en"

    def words_for(self, variant: Variant) -> Version:
        return self.adult if variant == "adult" else self.family


def read(path: Path) -> Lesson:
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    adult, family = (words(raw.pop(name)) for name in ("adult", "family"))
    return Lesson(**raw, adult=adult, family=family)


def words(raw: dict) -> Version:
    return Version(
        for_whom=raw["for_whom"], points=tuple(raw["points"]), say_back=tuple(raw["say_back"])
    )


@cache
def all_lessons() -> dict[str, Lesson]:
    """Every lesson by key, in teaching order."""
    return {key: read(FILES / f"{key}.toml") for key in SKILLS}


def variant_for(patient, *, on) -> Variant:
    """A child's family is taught its own version."""
    return "adult" if patient.age_years(on) >= GROWN_UP_YEARS else "family"
