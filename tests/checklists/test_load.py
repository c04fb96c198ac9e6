import pytest
from django.core.management import CommandError, call_command

from checklists.definitions import BadDefinition, read, read_all
from checklists.management.commands import load_checklists
from checklists.models import Template

ITEM = """
kind = "k"
version = 1
title = "T"
[[items]]
key = "a"
group = "G"
text = "Text"
answer = "{answer}"
accepted = ["{accepted}"]
refusal = "Do this."
"""


def test_loading_twice_publishes_once(db):
    call_command("load_checklists")
    call_command("load_checklists")
    assert Template.objects.count() == len(read_all())


def test_the_four_lists_are_there(templates_loaded):
    kinds = set(Template.objects.values_list("kind", flat=True))
    assert kinds == {"pre_infusion", "restart", "end", "discharge_home"}


def test_changed_content_under_the_same_version_is_refused(db, tmp_path, monkeypatch):
    (tmp_path / "k.toml").write_text(ITEM.format(answer="yes_no", accepted="yes"))
    monkeypatch.setattr(load_checklists, "read_all", lambda: read_all(tmp_path))
    call_command("load_checklists")
    (tmp_path / "k.toml").write_text(ITEM.format(answer="yes_no", accepted="no"))
    with pytest.raises(CommandError, match="new version"):
        call_command("load_checklists")


@pytest.mark.parametrize("answer, accepted", [("yes_no", "na"), ("essay", "yes")])
def test_a_list_nobody_can_pass_is_refused(tmp_path, answer, accepted):
    path = tmp_path / "k.toml"
    path.write_text(ITEM.format(answer=answer, accepted=accepted))
    with pytest.raises(BadDefinition, match="k.toml"):
        read(path)


def newest(kind):
    return max((d for d in read_all() if d.kind == kind), key=lambda d: d.version)


def test_the_items_come_in_the_order_a_nurse_does_them():
    keys = [item["key"] for item in newest("pre_infusion").items]
    asked = ["premedication", "two_identifiers", "bag_code", "primed_with_drug", "pump_locked"]
    assert sorted(asked, key=keys.index) == asked
    assert keys[-1] == "line_flushed"


def test_only_an_item_with_does_not_apply_may_depend_on_a_fact(tmp_path):
    path = tmp_path / "k.toml"
    path.write_text(ITEM.format(answer="yes_no", accepted="yes") + '\napplies_if = "a"\n')
    with pytest.raises(BadDefinition, match="applies_if"):
        read(path)


def test_identity_bag_line_and_pump_answers_last_an_hour():
    found = newest("pre_infusion")
    hourly = [i for i in found.items if i["group"] in ("Bag", "Tubing", "Line", "Pump")]
    assert len(hourly) > 8
    assert {item["valid_minutes"] for item in hourly} == {60}
    assert next(i for i in found.items if i["key"] == "two_identifiers")["valid_minutes"] == 60
