"""The pure core: dated label data and functions over values. No Django, no clock, no database."""
