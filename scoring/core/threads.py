"""Which libraries have started threads of their own, without which a forked copy of the process waits for ever."""

_threaded_by: set[str] = set()


def note_threads(library: str) -> None:
    """Tell that a library has started threads of its own, without which its forked copy waits for ever."""
    _threaded_by.add(library)


def has_threads(library: str) -> bool:
    """Whether a library has started threads in this process, or in the one it was forked from."""
    return library in _threaded_by
