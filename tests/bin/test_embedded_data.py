"""When a second `make demo` may serve at once, and when it must prepare first."""

import sqlite3

import pytest

from bin import embedded_data


@pytest.fixture
def prepared(tmp_path, monkeypatch):
    """A checkout with one app, and a demo file that was prepared for it."""
    monkeypatch.setattr(embedded_data, "ROOT", tmp_path)
    monkeypatch.setattr(embedded_data, "STATIC_NPM", tmp_path / "static_npm")
    monkeypatch.setattr(embedded_data, "FILE", tmp_path / "demo.sqlite3")
    monkeypatch.setattr(embedded_data, "STATIC_MANIFEST", tmp_path / "manifest.json")
    (tmp_path / "manifest.json").touch()
    (tmp_path / "bags" / "migrations").mkdir(parents=True)
    (tmp_path / "bags" / "__init__.py").touch()
    with sqlite3.connect(tmp_path / "demo.sqlite3") as connection:
        connection.execute("CREATE TABLE bag (id)")
    embedded_data.mark_ready()
    return tmp_path


def test_nothing_changed_so_it_is_served_at_once(prepared):
    assert embedded_data.is_ready()


@pytest.mark.parametrize(
    "name", ["bags/migrations/0002_more.py", "static_npm/fonts.css", "requirements.txt"]
)
def test_a_new_file_is_prepared_for(prepared, name):
    (prepared / name).parent.mkdir(exist_ok=True)
    (prepared / name).write_text("new")
    assert not embedded_data.is_ready()


def test_compiled_python_is_not_a_change(prepared):
    (prepared / "bags" / "__pycache__").mkdir()
    (prepared / "bags" / "__pycache__" / "models.pyc").write_bytes(b"compiled")
    assert embedded_data.is_ready()


def test_an_interrupted_first_run_is_prepared_again(prepared):
    (prepared / "demo.sqlite3").unlink()
    assert not embedded_data.is_ready()
    with sqlite3.connect(prepared / "demo.sqlite3") as connection:
        connection.execute("CREATE TABLE half_migrated (id)")
    assert not embedded_data.is_ready()


def test_a_file_that_is_no_database_is_prepared_and_complained_about(prepared):
    (prepared / "demo.sqlite3").write_bytes(b"not a database, but long enough to be read" * 99)
    assert not embedded_data.is_ready()


def test_a_running_demo_keeps_its_file_and_a_stopped_one_does_not(prepared, monkeypatch):
    monkeypatch.setattr(embedded_data, "VAR", prepared)
    monkeypatch.setattr(embedded_data, "LOCK", prepared / "demo.lock")
    one, other = embedded_data.hold(), embedded_data.hold()
    one.close()
    with pytest.raises(SystemExit, match="The demo is running"):
        embedded_data.remove()
    other.close()
    embedded_data.remove()
    assert not (prepared / "demo.sqlite3").exists()
