"""What is cut off at the end of the record is seen with the notes that were kept elsewhere."""

import json
import logging

import pytest
from django.core.management import CommandError, call_command

from audit.actions import record
from audit.anchors import read
from audit.models import Seal
from audit.tasks import seal_events
from audit.verifying import verify
from tests.audit.test_seal import somebody_with_the_database

pytestmark = [pytest.mark.django_db, pytest.mark.engine]


@pytest.fixture
def anchored(cast, settings, tmp_path):
    """Three seals of one event each, noted in the file returned."""
    settings.AUDIT_ANCHOR_FILE = str(tmp_path / "anchors.log")
    for verb in ("started", "stopped", "resumed"):
        record(verb=verb, subject=cast.team, by=cast.nadia)
        seal_events()
    return tmp_path / "anchors.log"


def cut_off_newest_seal():
    newest = Seal.objects.order_by("-pk").first()
    events = list(newest.entries.values_list("event_id", flat=True))
    with somebody_with_the_database() as cursor:
        cursor.execute("DELETE FROM audit_sealedevent WHERE seal_id = %s", [newest.pk])
        cursor.execute("DELETE FROM audit_seal WHERE id = %s", [newest.pk])
        cursor.execute("DELETE FROM audit_event WHERE id = %s", [events[0]])
    return newest


def verdict_of(capsys, *words):
    """Exit status and what was printed."""
    try:
        call_command("audit_verify", *words)
        status = 0
    except SystemExit as stop:
        status = stop.code
    captured = capsys.readouterr()
    return status, captured.out + captured.err


def test_each_seal_is_noted_once(anchored):
    seal_events()
    assert [anchor.digest for anchor in read(anchored)] == list(
        Seal.objects.order_by("pk").values_list("digest", flat=True)
    )


def test_a_whole_record_agrees_with_its_anchors(anchored, capsys):
    status, said = verdict_of(capsys, "--anchor", str(anchored))
    assert status == 0
    assert "Compared with 3 anchors." in said


def test_an_end_cut_off_is_seen_with_the_anchors_only(anchored, capsys):
    gone = cut_off_newest_seal()
    assert verify().fault is None
    status, said = verdict_of(capsys, "--anchor", str(anchored), "--json")
    assert status == 1
    assert json.loads(said)["fault"]["kind"] == "truncated"
    assert json.loads(said)["fault"]["seal"] == gone.pk


def test_an_end_written_anew_is_seen(cast, anchored):
    gone = cut_off_newest_seal()
    record(verb="something_else", subject=cast.team, by=cast.nadia)
    known = read(anchored)
    seal_events()
    fault = verify(known).fault
    assert fault.kind == "modified"
    assert fault.seal == gone.pk


def test_a_log_with_other_lines_will_do(anchored, caplog, settings, cast):
    settings.AUDIT_ANCHOR_FILE = ""
    caplog.set_level(logging.INFO, logger="audit.anchor")
    record(verb="ended", subject=cast.team, by=cast.nadia)
    seal_events()
    anchored.write_text(f"worker | something else\nworker | INFO {caplog.messages[-1]}\n")
    assert [anchor.seal for anchor in read(anchored)] == [Seal.objects.order_by("-pk").first().pk]


@pytest.mark.parametrize("content", [None, "", "audit-anchor {broken}", 'audit-anchor {"a": 1}'])
def test_nothing_to_compare_with_is_not_called_intact(anchored, capsys, content):
    anchored.unlink()
    if content is not None:
        anchored.write_text(content)
    status, said = verdict_of(capsys, "--anchor", str(anchored))
    assert status == 2
    assert "Not verified" in said


def test_the_newest_seal_is_printed_to_be_kept(anchored, capsys):
    call_command("audit_anchor")
    assert capsys.readouterr().out == anchored.read_text().splitlines(keepends=True)[-1]


def test_without_a_seal_there_is_nothing_to_keep(db):
    with pytest.raises(CommandError, match="Nothing is sealed yet"):
        call_command("audit_anchor")
