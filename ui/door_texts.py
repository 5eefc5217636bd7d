"""The words on the door before the page, in Dutch and English."""

from __future__ import annotations

from dataclasses import dataclass

from kb.types import Language


@dataclass(frozen=True, slots=True)
class DoorTexts:
    """What stands on the door."""

    language: Language
    title: str
    about: str
    label: str
    enter: str
    wrong: str


_NL = DoorTexts(
    language="nl",
    title="Routewijzer",
    about="Deze kennisbank is alleen voor genodigden. Vul de sleutel in die u van het programmateam kreeg. "
    "Deze browser onthoudt dat een maand.",
    label="Sleutel",
    enter="Ga naar binnen",
    wrong="Deze sleutel klopt niet. Controleer hem en probeer het opnieuw.",
)
_EN = DoorTexts(
    language="en",
    title="Routewijzer",
    about="This knowledge base is for invited readers. Fill in the key that you got from the programme team. "
    "This browser remembers it for a month.",
    label="Key",
    enter="Go in",
    wrong="This key is not right. Check it and try again.",
)


def door_texts(language: Language) -> DoorTexts:
    """The words in a language."""
    return _EN if language == "en" else _NL
