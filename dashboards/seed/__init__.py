"""A believable programme for the demo: made by calling the same actions as people do."""
