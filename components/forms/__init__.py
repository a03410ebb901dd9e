"""Where people say something: each form keeps what was said until it is acted on."""
