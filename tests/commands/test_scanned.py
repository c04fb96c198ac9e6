import pytest

from commands.scanned import own_code


@pytest.mark.parametrize(
    "sent",
    [
        "B-7F3KX-01",
        " b-7f3kx-01\n",
        "91B-7F3KX-01",
        "]d291B-7F3KX-01",
        "]d2\x1d91B-7F3KX-01\x1d",
        "(91)B-7F3KX-01",
        "]d2(91)B-7F3KX-01",
    ],
)
def test_a_code_of_ours_reads_the_same_however_the_scanner_sends_it(sent):
    assert own_code(sent) == "B-7F3KX-01"


@pytest.mark.parametrize("other", ["9112345", "TST-00091", "]d20109506000134352", "91B7F3KX"])
def test_nothing_is_taken_off_other_codes(other):
    assert own_code(other) == other.upper()
