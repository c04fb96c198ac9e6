"""Ways a command is turned down that are not clinical rules. Clinical ones are protocol Stops."""

from collections.abc import Callable

from protocol.stops import HardStop, Stop


class Stale(Exception):
    """The page was older than the row: somebody else changed it meanwhile (HTTP 409)."""

    def __init__(self, message: str):
        super().__init__(message)
        self.message = message


def refuse(code: str, message: str, *, citation: str = "", field: str = "") -> None:
    """Raises the one refusal every layer understands."""
    raise HardStop(Stop(code=code, message=message, citation=citation, field=field))


def check_all(*checks: Callable[[], object]) -> None:
    """Runs every check; one refusal with every reason found, so that nobody comes back twice."""
    stops: list[Stop] = []
    for check in checks:
        try:
            check()
        except HardStop as refusal:
            stops.extend(refusal.stops)
    if stops:
        raise HardStop(*stops)


def check_version(row, version: int | None) -> None:
    """Call with the row locked. None means the caller does not depend on what the page showed."""
    if version is not None and row.version != version:
        raise Stale(f"version {version} is not the current one ({row.version})")
