"""The code of a bag label, drawn as SVG."""

import pytest

from infusions.codes import new_code
from infusions.labels.code import code_svg, modules_of


def test_a_code_is_a_square_with_its_finder_lines():
    rows = modules_of(new_code(7))
    assert len(rows) == len(rows[0])
    assert all(row[0] for row in rows) and all(rows[-1])
    assert rows[0] == [column % 2 == 0 for column in range(len(rows))]


def test_the_drawing_carries_no_style_and_names_its_code():
    code = new_code(7)
    svg = code_svg(code)
    assert "style" not in svg
    assert f'aria-label="{code}"' in svg


def test_what_gs1_does_not_allow_is_refused():
    with pytest.raises(RuntimeError):
        modules_of("B 7F3KX–01")
