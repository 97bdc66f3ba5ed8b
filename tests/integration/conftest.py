"""What has to be imported before any test of this folder is, whichever of them runs alone."""

import backend.bot  # noqa: F401  # before the emulator: it decides how aiogram builds its models
