"""Rows of the contract become sound rows: typed, checked, held where only a person can judge."""
