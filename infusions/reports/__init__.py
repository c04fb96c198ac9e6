"""The pharmacy's month in figures: waste, cost, near misses, releases, times."""
