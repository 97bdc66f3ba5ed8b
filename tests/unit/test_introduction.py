"""What a process says when it starts."""

from backend import __version__
from backend.db import new_master_key
from backend.introduction import WEB, WORKER, introduction
from backend.settings import Settings

ENVIRONMENT = {
    "TANYA_MODE": "production",
    "BOT_TOKEN": "1234567:" + "a" * 35,
    "MASTER_KEY": new_master_key(),
    "PUBLIC_URL": "https://tanya.example",
    "DATABASE_URL": "postgresql://tanya:hunter2@db.example/tanya",
    "VALKEY_URL": "valkey://:hunter3@cache.example:6379",
    "XAI_API_KEY": "xai-" + "b" * 20,
    "LOCAL_MODEL_ENABLED": "false",
}


def test_five_lines_say_what_a_process_is() -> None:
    """Version, address, stores with the revision, models by provider, bot: what one asks first."""
    lines = introduction(Settings.from_environment(ENVIRONMENT | {"PORT": "5000"}), WEB)
    assert len(lines) == 5
    assert __version__ in lines[0]
    assert "0.0.0.0:5000" in lines[1]
    assert "db.example, revision " in lines[2]
    assert "cache.example:6379" in lines[2]
    assert "xAI" in lines[3]
    assert "1234567" in lines[4]


def test_no_secret_stands_in_them() -> None:
    """They go where logs go."""
    text = "\n".join(introduction(Settings.from_environment(ENVIRONMENT), WORKER))
    for secret in ("hunter2", "hunter3", "a" * 35, "b" * 20, ENVIRONMENT["MASTER_KEY"]):
        assert secret not in text


def test_having_no_model_is_said() -> None:
    """The most likely mistake of a first start."""
    environment = {name: value for name, value in ENVIRONMENT.items() if name != "XAI_API_KEY"}
    assert "none" in introduction(Settings.from_environment(environment), WEB)[3]
