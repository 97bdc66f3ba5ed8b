"""Telegram's init data: the published vector, each refusal by name, and the laws of signing."""

import json
import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote, unquote_plus, urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from backend import errors
from backend.identity import init_data
from backend.identity.init_data import MAX_LENGTH, sign, verify, verify_third_party

# A genuine launch, published in the tma.js test suite (packages/init-data-node).
REAL_TOKEN = "7342037359:AAFZehRPBRs8Seg40oDjTMIW8uTGPuW1zfQ"
REAL_BOT_ID = 7342037359
REAL_NOW = datetime.fromtimestamp(1733584787, UTC)
REAL = (
    "user=%7B%22id%22%3A279058397%2C%22first_name%22%3A%22Vladislav%20%2B%20-%20%3F%20%5C%2F%22"
    "%2C%22last_name%22%3A%22Kibenko%22%2C%22username%22%3A%22vdkfrost%22%2C%22language_code%22"
    "%3A%22ru%22%2C%22is_premium%22%3Atrue%2C%22allows_write_to_pm%22%3Atrue%2C%22photo_url%22"
    "%3A%22https%3A%5C%2F%5C%2Ft.me%5C%2Fi%5C%2Fuserpic%5C%2F320%5C%2F4FPEE4tmP3ATHa57u6MqTDih13"
    "LTOiMoKoLDRG4PnSA.svg%22%7D&chat_instance=8134722200314281151&chat_type=private"
    "&auth_date=1733584787&signature=zL-ucjNyREiHDE8aihFwpfR9aggP2xiAo3NSpfe-p7IbCisNlDKlo7Kb6G4D"
    "0Ao2mBrSgEk4maLSdv6MLIlADQ&hash=2174df5b000556d044f3f020384e879c8efcab55ddea2ced4eb752e93e70"
    "80d6"
)

TOKEN = "12345:a-token-for-tests"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)
USER = json.dumps({"id": 42, "first_name": "Ann"})
FIELDS = {"auth_date": str(int(NOW.timestamp())), "user": USER}


def refusal(raw: str, *, token: str = TOKEN, now: datetime = NOW) -> str:
    """The code that `raw` is refused with."""
    with pytest.raises(errors.InitDataError) as caught:
        verify(raw, token, now, DAY)
    assert caught.value.status == 401
    return caught.value.code


def encoded(fields: Mapping[str, str]) -> str:
    """The fields as a query string, signed or not."""
    return urlencode(fields, quote_via=quote, safe="")


def test_real_launch_passes_hmac() -> None:
    """The published launch verifies, `signature` counted in, and its user reads as shown."""
    data = verify(REAL, REAL_TOKEN, REAL_NOW, DAY)
    assert data.user.id == 279058397
    assert data.user.first_name == "Vladislav + - ? /"
    assert data.user.language_code == "ru"
    assert data.user.is_premium
    assert data.chat_type == "private"
    assert data.auth_date == REAL_NOW


def test_real_launch_passes_ed25519() -> None:
    """The same launch verifies by Telegram's production key, knowing the bot's id alone."""
    assert verify_third_party(REAL, REAL_BOT_ID, REAL_NOW, DAY).user.id == 279058397


@pytest.mark.parametrize(
    ("bot_id", "key"),
    [
        (REAL_BOT_ID + 1, init_data.PRODUCTION_PUBLIC_KEY),
        (REAL_BOT_ID, init_data.TEST_PUBLIC_KEY),
    ],
)
def test_ed25519_is_bound_to_bot_and_key(bot_id: int, key: bytes) -> None:
    """Another bot's launch, or one of the test environment, is forged."""
    with pytest.raises(errors.InitDataForged):
        verify_third_party(REAL, bot_id, REAL_NOW, DAY, key)


def test_wrong_bot_is_forged() -> None:
    """A launch of another bot is refused."""
    assert refusal(REAL, now=REAL_NOW) == "init_data_forged"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "init_data_missing"),
        ("a" * 8193, "init_data_too_long"),
        ("hello", "init_data_malformed"),
        ("user=1&&hash=2", "init_data_malformed"),
        ("=1&hash=" + "0" * 64, "init_data_malformed"),
        ("a%3Db=1&hash=" + "0" * 64, "init_data_malformed"),
        ("a=1%0Ab=2&hash=" + "0" * 64, "init_data_malformed"),
        ("user=%FF&hash=" + "0" * 64, "init_data_malformed"),
        ("user=\ud800&hash=" + "0" * 64, "init_data_malformed"),
        ("&".join(f"f{n}=1" for n in range(33)), "init_data_malformed"),
        ("user=1&user=1&hash=" + "0" * 64, "init_data_duplicate_field"),
        ("user=1&hash=&hash=" + "0" * 64, "init_data_duplicate_field"),
        ("user=1", "init_data_hash_missing"),
        ("user=1&hash=", "init_data_hash_invalid"),
        ("user=1&hash=" + "A" * 64, "init_data_hash_invalid"),
        ("user=1&hash=" + "0" * 65, "init_data_hash_invalid"),
        ("user=1&hash=" + "é" * 64, "init_data_hash_invalid"),
        ("user=1&hash=" + quote("٠" * 64), "init_data_hash_invalid"),
        ("user=1&hash=" + "0" * 64 + "%0a", "init_data_malformed"),
        ("user=1&hash=" + "0" * 64, "init_data_forged"),
    ],
)
def test_refused_before_the_signature_holds(raw: str, code: str) -> None:
    """Each way to be malformed has its own code, and none reaches JSON or dates."""
    assert refusal(raw) == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"auth_date": ""}, "init_data_date_malformed"),
        ({"auth_date": "1e9"}, "init_data_date_malformed"),
        ({"auth_date": "-1"}, "init_data_date_malformed"),
        ({"auth_date": "١٧٣٣٥٨٤٧٨٧"}, "init_data_date_malformed"),
        ({"auth_date": "9" * 13}, "init_data_date_malformed"),
        ({"auth_date": "9" * 12}, "init_data_from_future"),
        ({"auth_date": "0"}, "init_data_expired"),
        ({"user": '{"id": 42, "first_name": "B", "is_bot": true}'}, "init_data_user_is_bot"),
        ({"user": '{"id": 42, "first_name": "B", "is_bot": 1}'}, "init_data_user_malformed"),
        ({"user": ""}, "init_data_user_malformed"),
        ({"user": "[oops]"}, "init_data_user_malformed"),
        ({"user": "null"}, "init_data_user_malformed"),
        ({"user": '{"first_name": "Ann"}'}, "init_data_user_malformed"),
        ({"user": '{"id": 0, "first_name": "Ann"}'}, "init_data_user_malformed"),
        ({"user": '{"id": "42", "first_name": "Ann"}'}, "init_data_user_malformed"),
        ({"user": '{"id": 4503599627370496, "first_name": "A"}'}, "init_data_user_malformed"),
        ({"user": '{"id": 42, "first_name": "\\ud800"}'}, "init_data_user_malformed"),
        ({"user": USER[:-1] + ', "x": ' + "[" * 2500}, "init_data_user_malformed"),
        ({"receiver": "[oops]"}, "init_data_malformed"),
        ({"chat": "1"}, "init_data_malformed"),
    ],
)
def test_refused_though_signed(change: dict[str, str], code: str) -> None:
    """A valid signature does not excuse nonsense."""
    assert refusal(sign({**FIELDS, **change}, TOKEN)) == code


def test_user_and_date_are_required() -> None:
    """A signed launch without a user, or without a date, is refused."""
    assert refusal(sign({"auth_date": FIELDS["auth_date"]}, TOKEN)) == "init_data_user_missing"
    assert refusal(sign({"user": USER}, TOKEN)) == "init_data_date_malformed"


def test_window_of_time() -> None:
    """Accepted from a minute before our clock says it was made, until it is `max_age` old."""
    raw = sign(FIELDS, TOKEN)
    second = timedelta(seconds=1)
    assert verify(raw, TOKEN, NOW - timedelta(seconds=60), DAY).user.id == 42
    assert verify(raw, TOKEN, NOW + DAY, DAY).user.id == 42
    assert refusal(raw, now=NOW - timedelta(seconds=61)) == "init_data_from_future"
    assert refusal(raw, now=NOW + DAY + second) == "init_data_expired"


def test_what_is_not_said_is_not_so() -> None:
    """Telegram leaves flags out that are false."""
    user = verify(sign(FIELDS, TOKEN), TOKEN, NOW, DAY).user
    flags = (user.is_bot, user.is_premium, user.allows_write_to_pm, user.added_to_attachment_menu)
    assert not any(flags)


@pytest.mark.parametrize(
    ("number", "fits"), [(0, False), (1, True), (2**52 - 1, True), (2**52, False)]
)
def test_ids_have_at_most_52_bits(number: int, fits: bool) -> None:
    """Telegram's own bound: a larger one would be another person once a client has rounded it."""
    raw = sign(FIELDS | {"user": f'{{"id":{number},"first_name":"A"}}'}, TOKEN)
    if fits:
        assert verify(raw, TOKEN, NOW, DAY).user.id == number
    else:
        assert refusal(raw) == "init_data_user_malformed"


@pytest.mark.parametrize(("more", "code"), [(0, ""), (1, "init_data_too_long")])
def test_the_longest_launch_is_read(more: int, code: str) -> None:
    """The limit is on the whole text, and what is just as long as it is not refused."""
    short = sign(FIELDS | {"start_param": ""}, TOKEN)
    raw = sign(FIELDS | {"start_param": "a" * (MAX_LENGTH - len(short) + more)}, TOKEN)
    assert len(raw) == 8_192 + more
    if code:
        assert refusal(raw) == code
    else:
        assert verify(raw, TOKEN, NOW, DAY).user.id == 42


def test_as_many_fields_as_may_be_are_read() -> None:
    """Thirty-two, `hash` included; one more is malformed."""
    fields = FIELDS | {f"field{number}": "" for number in range(29)}
    assert verify(sign(fields, TOKEN), TOKEN, NOW, DAY).user.id == 42
    assert refusal(sign(fields | {"more": ""}, TOKEN)) == "init_data_malformed"


@pytest.mark.parametrize("value", ["", "[oops]", "[1]", "{", "null", '"', "a+b %26", "привет🙂"])
def test_start_param_is_plain_text(value: str) -> None:
    """`start_param` is never read as JSON, and a blank one is genuine."""
    data = verify(sign({**FIELDS, "start_param": value}, TOKEN), TOKEN, NOW, DAY)
    assert data.start_param == value


def test_newer_fields_are_tolerated() -> None:
    """A field Telegram adds later is covered by the signature and otherwise passed over."""
    newer = {**FIELDS, "something_new": "1", "user": USER[:-1] + ', "newer": [1]}'}
    assert verify(sign(newer, TOKEN), TOKEN, NOW, DAY).user.id == 42


def test_receiver_and_chat_are_read() -> None:
    """The other two JSON fields come out as their documented types."""
    chat = {"id": -100, "type": "group", "title": "Friends"}
    fields = {**FIELDS, "receiver": USER, "chat": json.dumps(chat)}
    data = verify(sign(fields, TOKEN), TOKEN, NOW, DAY)
    assert data.receiver is not None
    assert data.receiver.first_name == "Ann"
    assert data.chat is not None
    assert (data.chat.id, data.chat.title) == (-100, "Friends")


def test_third_party_round_trip() -> None:
    """What `sign` adds for third parties verifies by the matching key, and by HMAC too."""
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    raw = sign(FIELDS, TOKEN, ed25519_private_key=private.private_bytes_raw())
    assert verify_third_party(raw, 12345, NOW, DAY, public).user.id == 42
    assert verify(raw, TOKEN, NOW, DAY).user.id == 42


@pytest.mark.parametrize(
    ("signature", "error"),
    [
        (None, errors.InitDataSignatureMissing),
        ("", errors.InitDataSignatureInvalid),
        ("A" * 85, errors.InitDataSignatureInvalid),
        ("A" * 86 + "==", errors.InitDataSignatureInvalid),
        ("+" * 86, errors.InitDataSignatureInvalid),
        ("é" * 86, errors.InitDataSignatureInvalid),
        ("A" * 85 + "B", errors.InitDataSignatureInvalid),
        ("A" * 85 + "-", errors.InitDataSignatureInvalid),
        ("A" * 86, errors.InitDataForged),
    ],
)
def test_third_party_signature_is_strict(
    signature: str | None, error: type[errors.InitDataError]
) -> None:
    """A signature that is absent, misspelt or false is refused by name."""
    fields = FIELDS if signature is None else {**FIELDS, "signature": signature}
    with pytest.raises(error):
        verify_third_party(encoded(fields), 12345, NOW, DAY)


@pytest.mark.parametrize("name", ["", "hash", "a=b", "a\nb", "\ud800"])
def test_sign_refuses_impossible_names(name: str) -> None:
    """`sign` never makes a string that `verify` could not read back."""
    with pytest.raises(ValueError, match="cannot be signed"):
        sign({name: "1"}, TOKEN)


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), max_size=40)
NAMES = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\n="), min_size=1, max_size=12
).filter(lambda name: name not in {"hash", "user", "auth_date", "receiver", "chat", "signature"})
VALUES = TEXT | st.sampled_from(["", "[oops]", "{}", "null", "+", "%", "%2B", "a&b=c", "🙂", "é"])
EXTRAS = st.dictionaries(NAMES, VALUES, max_size=8)
PEOPLE = st.fixed_dictionaries(
    {"id": st.integers(1, 2**52 - 1), "first_name": TEXT},
    optional={"last_name": TEXT, "username": TEXT, "is_premium": st.booleans()},
)


@given(extras=EXTRAS, person=PEOPLE, ascii_json=st.booleans())
def test_what_is_signed_verifies(
    extras: dict[str, str], person: dict[str, object], ascii_json: bool
) -> None:
    """Law: whatever Telegram could sign comes back unchanged."""
    user = json.dumps(person, ensure_ascii=ascii_json)
    data = verify(sign({**FIELDS, **extras, "user": user}, TOKEN), TOKEN, NOW, DAY)
    assert data.user.id == person["id"]
    assert data.user.first_name == person["first_name"]
    assert data.user.last_name == person.get("last_name")
    assert data.start_param == extras.get("start_param")


def _signed_fields(extras: dict[str, str]) -> dict[str, str]:
    return dict(parse_qsl(sign({**FIELDS, **extras}, TOKEN), keep_blank_values=True))


@given(extras=EXTRAS, order=st.randoms(use_true_random=False))
def test_order_of_fields_is_irrelevant(extras: dict[str, str], order: random.Random) -> None:
    """Law: the fields may come in any order."""
    pairs = list(_signed_fields(extras).items())
    order.shuffle(pairs)
    assert verify(encoded(dict(pairs)), TOKEN, NOW, DAY).user.id == 42


@given(extras=EXTRAS, data=st.data())
def test_any_change_is_refused(extras: dict[str, str], data: st.DataObject) -> None:
    """Law: a field changed, dropped, added or renamed breaks the signature."""
    fields = _signed_fields(extras)
    name = data.draw(st.sampled_from(sorted(fields)))
    kind = data.draw(st.sampled_from(["change", "drop", "add", "rename"]))
    if kind == "change":
        fields[name] = data.draw(VALUES.filter(lambda value: value != fields[name]))
    elif kind == "drop":
        del fields[name]
    else:
        added = data.draw(NAMES.filter(lambda other: other not in fields))
        fields[added] = fields.pop(name) if kind == "rename" else data.draw(VALUES)
    with pytest.raises(errors.InitDataError):
        verify(encoded(fields), TOKEN, NOW, DAY)


@given(position=st.integers(0, len(REAL) - 1), letter=st.characters())
def test_any_changed_letter_of_the_real_launch_is_refused(position: int, letter: str) -> None:
    """Law: no letter of a genuine launch may differ, unless it decodes to the same."""
    raw = REAL[:position] + letter + REAL[position + 1 :]
    if unquote_plus(raw) != unquote_plus(REAL):
        assert refusal(raw, token=REAL_TOKEN, now=REAL_NOW).startswith("init_data_")


@given(
    raw=st.text(max_size=200)
    | st.text("hashuser=&%+0123456789abcdef{}[]\"'\\:", max_size=200)
    | EXTRAS.map(encoded)
)
def test_arbitrary_text_raises_only_our_errors(raw: str) -> None:
    """Law: whatever a stranger posts is refused by name, by both ways to verify."""
    assert refusal(raw).startswith("init_data_")
    with pytest.raises(errors.InitDataError):
        verify_third_party(raw, 12345, NOW, DAY)


@given(values=st.fixed_dictionaries({"auth_date": VALUES, "user": VALUES, "receiver": VALUES}))
def test_arbitrary_signed_values_raise_only_our_errors(values: dict[str, str]) -> None:
    """Law: even signed nonsense gives one of our errors."""
    assert refusal(sign(values, TOKEN)).startswith("init_data_")
