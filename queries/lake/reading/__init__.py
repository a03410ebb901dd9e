"""Files nobody vouches for become tables of text, in a process of their own, within limits."""
