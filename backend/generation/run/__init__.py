"""Running answers: admission, the run itself, and the relay of its events."""
