"""Label passports: which sets a site works with, who read which row, and what a new set changes."""
