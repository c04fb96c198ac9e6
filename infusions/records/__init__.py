"""The records of the pharmacy: what a bag was made from, and by which formulation."""
