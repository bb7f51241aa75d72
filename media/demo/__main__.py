"""`python -m media.demo --conversation ID --seller LINK --buyer LINK`: two people talk business.

The links may come as SANGDAM_DEMO_SELLER and SANGDAM_DEMO_BUYER instead, where nobody else reads them.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import ssl
import sys

from media.demo.conversation import load, names, roles
from media.demo.dialogue import hold
from media.demo.errors import DemoError
from media.demo.roster import Roster
from media.demo.speaker import Speaker

EX_CONFIG = 78


def parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m media.demo", description=__doc__)
    parser.add_argument("--conversation", default="coating-agent", help=f"one of: {', '.join(names())}")
    for role in roles():
        variable = f"SANGDAM_DEMO_{role.upper()}"
        link = os.environ.get(variable)
        parser.add_argument(
            f"--{role}",
            default=link,
            required=link is None,
            metavar="LINK",
            help=f"the {role}'s link (or {variable})",
        )
    parser.add_argument("--ca", metavar="FILE", help="trust this certificate (a self-signed server)")
    return parser.parse_args(argv)


async def run(options: argparse.Namespace) -> None:
    lines = load(options.conversation)
    tls = ssl.create_default_context(cafile=options.ca) if options.ca else None
    roster = Roster()
    speakers = {role: Speaker(role, getattr(options, role), roster, tls=tls) for role in roles()}
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(speaker.run()) for speaker in speakers.values()]
        tasks.append(group.create_task(hold(speakers, lines, roster)))
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await stop.wait()
        for task in tasks:
            task.cancel()


def main() -> int:
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("aioice").setLevel(logging.WARNING)  # it names addresses
    status = 0
    try:
        asyncio.run(run(parse(sys.argv[1:])))
    except* DemoError as group:
        print(f"sangdam demo: {group.exceptions[0]}", file=sys.stderr)
        status = EX_CONFIG
    return status


if __name__ == "__main__":
    sys.exit(main())
