#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Three brews at once on asyncio, one of them stirred with time.sleep().

It knows nothing of loopscope: `loopscope run -- kitchen.py` records it.
"""

import asyncio
import time


def stir():
    time.sleep(0.08)  # the loop waits too, and so does everybody else


async def brew(name, is_stirred):
    await asyncio.sleep(0.2)
    if is_stirred:
        stir()
    await asyncio.sleep(0.1)
    print(f"{name} is ready")


async def main():
    await asyncio.gather(
        brew("Masala", True), brew("Green", False), brew("Ginger", False))


asyncio.run(main())
