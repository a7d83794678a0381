"""A Mastodon API server on loopback (``mastodon_mock``), with a community in it whose every row is known."""
