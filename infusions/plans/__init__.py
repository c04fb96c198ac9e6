"""The bag plan: case, search, proposals, and what the plan page shows of them."""
