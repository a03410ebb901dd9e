"""Tables of text become rows of the contract, by presets, by people's answers, never by a guess."""
