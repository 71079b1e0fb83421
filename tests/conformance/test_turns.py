import asyncio

from conformance.turns import Turns


def test_one_who_takes_it_waits_for_those_who_share_it_and_goes_first() -> None:
    async def played() -> list[str]:
        turns, seen = Turns(), list[str]()

        async def taking() -> None:
            await turns.take()
            seen.append("alone")
            turns.leave()

        async def sharing() -> None:
            await turns.share()
            seen.append("shared")
            turns.leave()

        await turns.share()
        await turns.share()
        waiting = [asyncio.create_task(taking()), asyncio.create_task(sharing())]
        await asyncio.sleep(0)
        turns.leave()
        await asyncio.sleep(0)
        assert seen == []
        turns.leave()
        await asyncio.wait_for(asyncio.gather(*waiting), 5)
        return seen

    assert asyncio.run(played()) == ["alone", "shared"]


def test_who_gives_up_is_in_nobodys_way() -> None:
    async def played() -> None:
        turns = Turns()
        await turns.share()
        taking = asyncio.create_task(turns.take())
        await asyncio.sleep(0)
        taking.cancel()
        await asyncio.wait_for(turns.share(), 5)

    asyncio.run(played())
