"""One file a suite; each has `report() -> Report`."""
