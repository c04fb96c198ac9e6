"""The bag label: its words, its code, its PDF."""
