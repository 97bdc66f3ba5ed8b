"""When text is sent: the first at once, the last before the end is stored."""

from backend.llm import Done, Text
from backend.llm.simulation.fake import Batch, FakeAdapter, Forever, Pause, Step
from tests.fixtures.generation import MakeRoom


async def test_the_first_text_is_sent_at_once(make_room: MakeRoom) -> None:
    """The first text is sent when it arrives, not at the next turn of the timer wheel."""
    script: list[Step] = [Pause(0.05), Batch(Text("First")), Batch(Text(" and more")), Forever()]
    room = await make_room(FakeAdapter(script))
    run = await room.send()
    async for chunk in await room.generation.follow(run.user_id, run.id, 0):
        if b"First" in chunk:
            assert b"and more" not in chunk
            break
    await room.generation.stop(run.user_id, run.id)


async def test_an_answer_that_comes_whole_is_read_before_it_is_stored(make_room: MakeRoom) -> None:
    """Storing the end blocks the loop for a moment; the last text is sent before that."""
    room = await make_room(FakeAdapter([Pause(0.02), Batch(Text("All of it"), Done("stop"))]))
    run = await room.send()
    chunks = [c async for c in await room.generation.follow(run.user_id, run.id, 0)]
    with_words = [chunk for chunk in chunks if b"All of it" in chunk]
    assert len(with_words) == 1
    assert b'"type":"end"' not in with_words[0]
    assert b'"type":"end"' in chunks[-1]
