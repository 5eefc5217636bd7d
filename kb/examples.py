"""Example questions for each kind of visitor (`corpus/voorbeeldvragen.yaml`), and which of them are near a question."""

from __future__ import annotations

from pathlib import Path

import yaml

from kb.context import stems_in_order
from kb.errors import SettingsError
from kb.types import Language, Question


class Examples:
    """Questions that the documents answer well, by kind of visitor and language."""

    def __init__(self, groups: dict[str, dict[Language, tuple[str, ...]]] | None = None) -> None:
        self.groups = groups or {}

    @classmethod
    def load(cls, path: Path) -> Examples:
        """Read the file; an absent file gives no examples. Raises `SettingsError` when it is not in form."""
        if not path.is_file():
            return cls()
        try:
            data = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
            groups: dict[str, dict[Language, tuple[str, ...]]] = {
                str(name): {"nl": tuple(map(str, lists.get("nl") or ())), "en": tuple(map(str, lists.get("en") or ()))}
                for name, lists in data["groepen"].items()
            }
        except (yaml.YAMLError, AttributeError, TypeError, KeyError) as error:
            raise SettingsError(
                f"{path.name} is niet in orde: {error}", f"{path.name} is not in form: {error}"
            ) from None
        return cls(groups)

    def near(self, question: Question, exclude: str, limit: int = 2) -> tuple[str, ...]:
        """The examples in the language of the question that share most with it."""
        asked = {stem for term in question.terms for stem in term.stems}
        pool = [q for lists in self.groups.values() for q in lists[question.language] if q.strip() != exclude.strip()]

        def shared(text: str) -> int:
            return sum(stem in asked for stem in stems_in_order(text))

        return tuple(sorted(dict.fromkeys(pool), key=lambda q: -shared(q))[:limit])
