"""Reading: the program that opens what strangers made, in a locked process of its own.

`process.py` is the house's side; everything else runs in the child, which knows no settings, no
keys and no database, and imports nothing else of the house.
"""
