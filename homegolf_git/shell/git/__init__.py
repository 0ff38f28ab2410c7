"""Git: one runner, objects, tags as objects."""
