"""A cell's text becomes a value of the contract, a whole column at a time."""
