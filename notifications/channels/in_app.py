def send(message, *, is_repeat: bool) -> None:
    """Nothing leaves the app: the row itself, marked sent, is what the inbox shows."""
