"""`python -m telegram_emulator`: the command, where its script is not on the PATH."""

from telegram_emulator.cli import main

if __name__ == "__main__":
    main(prog_name="telegram-emulator")
