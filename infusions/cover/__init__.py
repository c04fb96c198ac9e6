"""Covered until when, by which weakest link, and how much pause a bag still takes."""
