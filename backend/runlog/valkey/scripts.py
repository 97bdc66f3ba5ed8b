"""What Valkey does in one step for the run log: three small Lua scripts, and their keys.

A run's log is the stream `tanya:run:{<id>}`; the braces keep a run's keys on one server of a
cluster, and no script touches keys of two runs there (`ScriptOfKeys`). Entry `N-0` holds, joined,
the frames up to number N; entry `N-1` says that the log ends there. Every append is published on
the channel of the same name, so that readers in other processes need not ask.
"""

from uuid import UUID

from backend.valkey_client import UNREACHABLE

AWAY = (*UNREACHABLE, AttributeError)
"""What the client raises when Valkey cannot be reached. AttributeError is among it: one task's
command on a connection that another has just found broken fails so."""

RUN_SECONDS = 7200
"""The lifetime of a stream whose owner died; longer than any run may take."""
LINGER_SECONDS = 60
"""How long a stream is kept after its run was closed, for readers who return late."""
LIFETIMES = (RUN_SECONDS, LINGER_SECONDS)
SEEN_SECONDS = 300
PRESENT_SECONDS = 10
"""How long a process counts as reading after it last reported so."""

STOP_CHANNEL = "tanya:stop"
STOP_SECONDS = 60
"""How long a stop is kept for an owner that did not hear it: it was just connecting."""

# KEYS: one stream per run. ARGV: the two lifetimes, then for each run the number of its first
# new frame, of its last, the frames, and 1 if the log ends there. Answers, for each run, the
# last number that the stream holds now: less than asked when the stream lost its past (the
# owner then sends from there), -1 when another process has ended the run. Sending the same
# twice changes nothing.
APPEND = """
local out = {}
for i, key in ipairs(KEYS) do
  local at = 3 + (i - 1) * 4
  local first, last = tonumber(ARGV[at]), tonumber(ARGV[at + 1])
  local data, ends = ARGV[at + 2], ARGV[at + 3] == '1'
  local tail = server.call('XREVRANGE', key, '+', '-', 'COUNT', 1)
  local have, over = 0, false
  if #tail > 0 then
    local number, mark = string.match(tail[1][1], '^(%d+)-(%d)')
    have, over = tonumber(number), mark == '1'
  end
  if over then
    if not (ends and have == last) then have = -1 end
  else
    if have == first - 1 and last >= first then
      server.call('XADD', key, last .. '-0', 'd', data)
      if have == 0 then server.call('EXPIRE', key, ARGV[1]) end
      have = last
      server.call('PUBLISH', key, first .. '\\n' .. data)
    end
    if ends and have == last then
      server.call('XADD', key, have .. '-1', 'd', '')
      server.call('EXPIRE', key, ARGV[2])
      server.call('PUBLISH', key, (have + 1) .. '\\n')
    end
  end
  out[i] = have
end
return out
"""

# KEYS: one presence set per run. ARGV: this process, and the lifetime of its entry.
ATTEND = """
local now = tonumber(server.call('TIME')[1])
local out = {}
for i, key in ipairs(KEYS) do
  server.call('ZADD', key, now, ARGV[1])
  server.call('EXPIRE', key, tonumber(ARGV[2]) * 3)
  out[i] = 1
end
return out
"""

# KEYS: a run's presence set. ARGV: the lifetime of a process's entry.
COUNT_PRESENT = """
local now = tonumber(server.call('TIME')[1])
return server.call('ZCOUNT', KEYS[1], now - tonumber(ARGV[1]), '+inf')
"""


def stream_key(run_id: UUID) -> str:
    """The run's stream, and the channel on which its appends are published."""
    return f"tanya:run:{{{run_id.hex}}}"


def watch_key(run_id: UUID) -> str:
    """The set of processes that have readers of the run."""
    return f"tanya:watch:{{{run_id.hex}}}"


def seen_key(run_id: UUID) -> str:
    """Exists once a reader in any process was given the run's last event."""
    return f"tanya:seen:{{{run_id.hex}}}"


def stop_key(run_id: UUID) -> str:
    """Exists once the run was to be stopped."""
    return f"tanya:stop:{{{run_id.hex}}}"
