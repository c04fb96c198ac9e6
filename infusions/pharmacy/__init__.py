"""What the pharmacy sees: the board, and what is made, step by step."""
