"""The database of sessions, results and devices."""

from dosegauge.store.session_store import SessionRow, Store, store_path

__all__ = ["SessionRow", "Store", "store_path"]
