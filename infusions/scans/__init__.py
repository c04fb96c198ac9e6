"""What scanners read: GS1 codes, and the products they stand for."""
