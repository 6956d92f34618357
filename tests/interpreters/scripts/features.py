"""Print one line per thing the firmware relies on: its name, and whether it works.

A module that is not there ends the script with the traceback of its import. Checks marked with a
source compare with a published result, the others use the thing once.
"""

import asyncio
import binascii
import collections
import gc
import hashlib
import json
import os
import select
import socket
import struct
import sys
import time

import micropython
import vfs


class RamBlocks:
    """A block device in memory, with the extended interface littlefs needs."""

    SIZE = 4096

    def __init__(self, count: "int") -> None:
        self.data = bytearray(count * self.SIZE)

    def readblocks(self, block: "int", buffer: "bytearray", offset: "int" = 0) -> None:
        start = block * self.SIZE + offset
        buffer[:] = self.data[start : start + len(buffer)]

    def writeblocks(self, block: "int", buffer: "bytearray", offset: "int" = 0) -> None:
        start = block * self.SIZE + offset
        self.data[start : start + len(buffer)] = buffer

    def ioctl(self, operation: "int", argument: "int") -> "int":
        if operation == 4:
            return len(self.data) // self.SIZE
        if operation == 5:
            return self.SIZE
        return 0


def sha256_of_abc() -> "bool":
    # FIPS 180-4, example "abc"
    expected = b"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    return binascii.hexlify(hashlib.sha256(b"abc").digest()) == expected


def crc32_check_value() -> "bool":
    # the check value of CRC-32/ISO-HDLC in the catalogue of parametrised CRC algorithms
    return binascii.crc32(b"123456789") == 0xCBF43926


def base64_of_foobar() -> "bool":
    # RFC 4648, section 10
    return binascii.b2a_base64(b"foobar") == b"Zm9vYmFy\n" and (
        binascii.a2b_base64(b"Zm9vYmFy") == b"foobar"
    )


def littlefs_survives_a_remount() -> "bool":
    blocks = RamBlocks(16)
    vfs.VfsLfs2.mkfs(blocks)
    written = vfs.VfsLfs2(blocks)
    vfs.mount(written, "/flash")
    with open("/flash/session", "wb") as file:
        file.write(b"record")
        file.flush()
    os.rename("/flash/session", "/flash/sealed")
    vfs.umount("/flash")
    vfs.mount(vfs.VfsLfs2(blocks), "/flash")
    with open("/flash/sealed", "rb") as file:
        content = file.read()
    names = os.listdir("/flash")
    os.remove("/flash/sealed")
    free_blocks = os.statvfs("/flash")[3]
    vfs.umount("/flash")
    return content == b"record" and names == ["sealed"] and 0 < free_blocks < 16


def asyncio_tasks_wait_for_each_other() -> "bool":
    order = []

    async def first(event: "asyncio.Event") -> "int":
        await event.wait()
        order.append("first")
        return 1

    async def second(event: "asyncio.Event") -> "int":
        async with asyncio.Lock():
            await asyncio.sleep_ms(1)
        order.append("second")
        event.set()
        return 2

    async def main() -> "bool":
        event = asyncio.Event()
        results = await asyncio.gather(first(event), second(event))
        try:
            await asyncio.wait_for_ms(asyncio.Event().wait(), 1)
        except asyncio.TimeoutError:
            return list(results) == [1, 2] and order == ["second", "first"]
        return False

    return asyncio.run(main())


def poll_sees_standard_input() -> "bool":
    poll = select.poll()
    poll.register(sys.stdin, select.POLLIN)
    return len(poll.poll(1000)) == 1


def socket_refuses_nothing_listening() -> "bool":
    tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    address = socket.getaddrinfo("127.0.0.1", 1)[0][-1]
    try:
        tcp.connect(address)
    except OSError:
        return True
    finally:
        tcp.close()
    return False


def json_there_and_back() -> "bool":
    value = {"unit": "nm", "raw": [1, -2, 4398046511104], "open": True, "note": None}
    return json.loads(json.dumps(value)) == value


def struct_packs_64_bits() -> "bool":
    return struct.unpack("<BHIq", struct.pack("<BHIq", 1, 2, 3, -(2**42))) == (1, 2, 3, -(2**42))


def integers_have_any_size() -> "bool":
    return (10**40 + 1) % 10**20 == 1 and (2**200) // (2**190) == 1024


def namedtuple_has_names() -> "bool":
    reading = collections.namedtuple("Reading", ("raw", "unit"))(5, "nm")
    return reading.raw == 5 and reading == (5, "nm")


def time_ticks_go_on() -> "bool":
    begin = time.ticks_ms()
    time.sleep_ms(2)
    return 2 <= time.ticks_diff(time.ticks_ms(), begin) < 2000


def gc_tells_free_memory() -> "bool":
    gc.collect()
    return gc.mem_free() > 0 and gc.mem_alloc() > 0


def micropython_locks_the_heap() -> "bool":
    micropython.kbd_intr(-1)
    micropython.kbd_intr(3)
    micropython.heap_lock()
    try:
        bytearray(1000)
    except MemoryError:
        return True
    finally:
        micropython.heap_unlock()
    return False


CHECKS = (
    ("asyncio", asyncio_tasks_wait_for_each_other),
    ("binascii.b2a_base64", base64_of_foobar),
    ("binascii.crc32", crc32_check_value),
    ("collections.namedtuple", namedtuple_has_names),
    ("gc", gc_tells_free_memory),
    ("hashlib.sha256", sha256_of_abc),
    ("int", integers_have_any_size),
    ("json", json_there_and_back),
    ("micropython", micropython_locks_the_heap),
    ("os and vfs.VfsLfs2", littlefs_survives_a_remount),
    ("select.poll", poll_sees_standard_input),
    ("socket", socket_refuses_nothing_listening),
    ("struct", struct_packs_64_bits),
    ("time", time_ticks_go_on),
)

for name, check in CHECKS:
    print(name, "yes" if check() else "no")
