"""For Wine 8, which loses a message of no bytes: the executor's manager is woken by one of a byte."""

import concurrent.futures.process as process


def _wakeup(self: process._ThreadWakeup) -> None:
    if not self._closed:
        self._writer.send_bytes(b"1")


process._ThreadWakeup.wakeup = _wakeup
