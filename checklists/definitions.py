"""The published lists, as dated files in published/. A changed list is a new version."""

import hashlib
import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "published"
ANSWERS = {"yes_no": {"yes", "no"}, "yes_no_na": {"yes", "no", "na"}, "scan": set()}
NEEDED = {"key", "group", "text", "answer", "refusal"}


class BadDefinition(Exception):
    """A file that cannot be published; says which file and why."""


@dataclass(frozen=True)
class Definition:
    kind: str
    version: int
    title: str
    items: list[dict]

    @property
    def sha256(self) -> str:
        content = json.dumps([self.title, self.items], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()


def possible_answers(item: dict, facts: dict) -> set[str]:
    """Of an item about a subject with these facts; empty for a scan: any text."""
    found = ANSWERS[item["answer"]]
    return found - {"na"} if facts.get(item.get("applies_if")) else found


def read_all(folder: Path = FOLDER) -> list[Definition]:
    return [read(path) for path in sorted(folder.glob("*.toml"))]


def read(path: Path) -> Definition:
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    found = Definition(content["kind"], content["version"], content["title"], content["items"])
    keys = [item.get("key") for item in found.items]
    if len(set(keys)) != len(keys):
        raise BadDefinition(f"{path.name}: two items have the same key.")
    for item in found.items:
        check_item(path.name, item)
    return found


def check_item(name: str, item: dict) -> None:
    if missing := NEEDED - item.keys():
        raise BadDefinition(f"{name}: {item.get('key')} lacks {', '.join(sorted(missing))}.")
    if item["answer"] not in ANSWERS:
        raise BadDefinition(f"{name}: {item['key']} has an unknown answer {item['answer']}.")
    if item["answer"] == "scan":
        if not item.get("fact"):
            raise BadDefinition(f"{name}: {item['key']} is scanned but names no fact.")
        return
    if "applies_if" in item and item["answer"] != "yes_no_na":
        raise BadDefinition(f"{name}: {item['key']} has applies_if and no answer na.")
    accepted = set(item.get("accepted", ()))
    if not accepted or not accepted <= ANSWERS[item["answer"]]:
        raise BadDefinition(f"{name}: {item['key']} accepts no possible answer.")
