"""A changed future: the difference from the accepted plan, until someone accepts it."""
