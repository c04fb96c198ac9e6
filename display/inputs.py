"""Form controls that behave the same in every browser and lose nothing that was typed."""

from django import forms
from django.utils.translation import gettext_lazy as _


class DecimalText(forms.TextInput):
    """A figure. Not type=number: that one drops what it cannot read, and scrolls away."""

    def __init__(self, attrs=None):
        super().__init__({"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})


class Moment(forms.SplitDateTimeWidget):
    """Date and 24 h time side by side, for SplitDateTimeField. Browsers in the United States show
    datetime-local with am and pm, so the time is a text box."""

    def __init__(self, attrs=None):
        super().__init__(
            attrs=attrs,
            date_format="%Y-%m-%d",
            time_format="%H:%M",
            date_attrs={"type": "date", "aria-label": _("Date")},
            time_attrs={
                "inputmode": "numeric",
                "autocomplete": "off",
                "placeholder": "00:00",
                "maxlength": "8",
                "aria-label": _("Time, 24 h"),
            },
        )
