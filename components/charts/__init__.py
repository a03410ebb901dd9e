"""Pictures: each answers one question from rows of a mart, and says so in its title."""
