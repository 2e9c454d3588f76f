from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from tortoise.exceptions import IntegrityError

from services.chats.archive import Archive
from services.chats.conversations import Conversation, Lane, Turn
from services.chats.replies import ModelReply, ReplyState
from services.records.conversation import LaneRecord
from services.storage.database import Database, DatabaseUnusableError


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


async def refusal(url: str) -> str:
    with pytest.raises(DatabaseUnusableError) as caught:
        await Database(url).open()
    assert "\n" not in str(caught.value)
    return str(caught.value)


async def test_an_open_database_answers_and_a_closed_one_does_not(database_url: str) -> None:
    database = Database(database_url)
    assert not await database.ping()
    async with database:
        assert await database.ping()
        assert await asyncio.create_task(Archive().local_person())
    assert not await database.ping()


async def test_what_was_stored_is_there_after_opening_again(database_url: str) -> None:
    conversation = Conversation(title="Snow")
    async with Database(database_url):
        me = await Archive().local_person()
        await Archive().begin(me, conversation)
    async with Database(database_url):
        assert [each.title for each in await Archive().headings(me)] == ["Snow"]


async def test_a_row_that_points_nowhere_is_refused(database_url: str) -> None:
    async with Database(database_url):
        with pytest.raises(IntegrityError):
            await LaneRecord.create(
                uid="lane", owner_id=7, conversation_id=7, position=0, model="groq/a", name="A", parameters=""
            )


async def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    async with Database(f"sqlite://{tmp_path / 'some where' / '100% ?#' / 'omnichat.db'}") as database:
        assert await database.ping()
    assert (tmp_path / "some where" / "100% ?#" / "omnichat.db").exists()


async def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    (tmp_path / "omnichat.db").touch()
    async with Database(f"sqlite://{tmp_path / 'omnichat.db'}") as database:
        assert await database.ping()


async def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "omnichat.db"
    path.write_bytes(b"Dear diary, today I was not a database.\n" * 1000)
    before = contents(tmp_path)
    message = await refusal(f"sqlite://{path}")
    assert str(path) in message
    assert "is not an SQLite database" in message
    assert contents(tmp_path) == before


@pytest.mark.parametrize("harm", ["a page is rubbish", "the end is missing", "only the header is left"])
async def test_a_damaged_database_is_named_and_left_alone(sqlite_url: str, tmp_path: Path, harm: str) -> None:
    path = tmp_path / "omnichat.db"
    whole = path.read_bytes()
    match harm:
        case "a page is rubbish":
            path.write_bytes(whole[:4096] + b"\xaa" * 4096 + whole[8192:])
        case "the end is missing":
            path.write_bytes(whole[: len(whole) // 2])
        case _:
            path.write_bytes(whole[:100])
    before = contents(tmp_path)
    message = await refusal(sqlite_url)
    assert str(path) in message
    assert "is damaged" in message
    assert contents(tmp_path) == before


async def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    message = await refusal(f"sqlite://{tmp_path / 'data' / 'omnichat.db'}")
    assert str(tmp_path / "data") in message
    assert "cannot be written to" in message


async def test_a_folder_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    assert "cannot be opened" in await refusal(f"sqlite://{tmp_path}")


async def test_a_server_that_does_not_answer_is_named_without_the_password() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        message = await refusal(f"postgres://omni:s3cret@{address}/chat")
    assert f"chat at {address} cannot be reached" in message
    assert "s3cret" not in message


async def test_a_database_missing_on_the_server_is_named(postgres_url: str) -> None:
    assert "no_such_database" in await refusal(postgres_url.rpartition("/")[0] + "/no_such_database")


@pytest.mark.parametrize("url", ["mysql://host/name", "omnichat.db", "sqlite://", ""])
async def test_an_address_that_means_nothing_says_what_is_wanted(url: str) -> None:
    with pytest.raises(DatabaseUnusableError, match="must begin with sqlite://"):
        Database(url)


DIE_ANSWERING = """
import asyncio, os, sys
from services.chats.archive import Archive
from services.chats.conversations import Conversation, Lane, Turn
from services.storage.database import Database
from services.chats.replies import ModelReply, ReplyState

async def main():
    await Database(sys.argv[1]).open()
    archive = Archive()
    me = await archive.local_person()
    lane = Lane(model="groq/a", name="A")
    conversation = Conversation(title="Snow", lanes=[lane])
    reply = ModelReply(lane_uid=lane.uid, model=lane.model)
    await archive.begin(me, conversation)
    await archive.add_turn(me, conversation.uid, Turn(prompt="Why?", replies={lane.uid: [reply]}))
    reply.state, reply.text = ReplyState.STREAMING, "Because"
    await archive.keep([reply])
    os._exit(9)

asyncio.run(main())
"""


async def test_a_process_killed_while_answering_loses_nothing_that_was_kept(sqlite_url: str) -> None:
    killed = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", DIE_ANSWERING, sqlite_url], timeout=60)
    assert killed.returncode == 9
    async with Database(sqlite_url):
        archive = Archive()
        assert await archive.interrupt_unfinished() == 1
        me = await archive.local_person()
        [heading] = await archive.headings(me)
        [turn] = (await archive.open(me, heading.uid)).turns
        [[reply]] = turn.replies.values()
        assert (reply.text, reply.state) == ("Because", ReplyState.INTERRUPTED)


async def test_changes_under_way_are_made_before_the_database_closes(sqlite_url: str) -> None:
    conversation = Conversation(lanes=[Lane(model="groq/a", name="A")])
    async with Database(sqlite_url):
        me = await Archive().local_person()
        await Archive().begin(me, conversation)
        reply = ModelReply(lane_uid=conversation.lanes[0].uid, model="groq/a")
        turn = Turn(prompt="Why?", replies={reply.lane_uid: [reply]})
        task = asyncio.create_task(Archive().add_turn(me, conversation.uid, turn))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    await task
    async with Database(sqlite_url):
        assert len((await Archive().open(me, conversation.uid)).turns) == 1
