"""Pictures of every screen of the Mini App on one page: `make gallery`."""
