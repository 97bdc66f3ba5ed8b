"""Generation: an answer's life on the server: start, append, resume, stop, reap, hand off."""
