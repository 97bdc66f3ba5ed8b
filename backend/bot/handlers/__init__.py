"""One file a command: parse, call one use case, render. A new file is found by itself."""
