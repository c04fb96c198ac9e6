"""The code on a bag label: a GS1 DataMatrix drawn as SVG.

Which element: AI (91), company internal information. A bag is made for one patient and has no
GTIN, and a serial number, AI (21), may not stand without one. AI (91) to (99) are left to the
organisation that prints them and may stand alone; the bag code is the whole of it. A scanner
sends `91B-7F3KX-01`, often with `]d2` before it: `commands.scanned` takes both off.
"""

from zint import DataMatrixOptions, InputMode, Symbol, Symbology, WarningLevel

from commands.scanned import OWN_AI

QUIET = 1  # modules of white on every side, as the standard asks


def modules_of(code: str) -> list[list[bool]]:
    """Rows of dark (True) and light modules. Raises when the text is no valid GS1 element."""
    symbol = Symbol()
    symbol.symbology = Symbology.DATAMATRIX
    symbol.input_mode = InputMode.GS1 | InputMode.GS1PARENS
    symbol.option_3 = DataMatrixOptions.SQUARE
    symbol.warn_level = WarningLevel.FAIL_ALL  # the library only warns of what scanners reject
    symbol.encode(f"({OWN_AI}){code}")
    bits = symbol.encoded_data
    return [
        [bool(bits[row, column >> 3] >> (column & 7) & 1) for column in range(symbol.width)]
        for row in range(symbol.rows)
    ]


def code_svg(code: str) -> str:
    """An SVG one unit a module, with its quiet zone; the style sheet gives it its size."""
    rows = modules_of(code)
    size = len(rows) + 2 * QUIET
    path = "".join(_dark(row, y) for y, row in enumerate(rows, QUIET))
    return (
        f'<svg class="label-code" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"'
        f' shape-rendering="crispEdges" role="img" aria-label="{code}"><path d="{path}"/></svg>'
    )


def _dark(row: list[bool], y: int) -> str:
    """Runs of dark modules as one rectangle each: no hairlines between neighbours."""
    path, start = "", None
    for x, dark in enumerate([*row, False], QUIET):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            path += f"M{start} {y}h{x - start}v1h-{x - start}z"
            start = None
    return path
