"""Everything around a forge: pull requests, merges, publishing, promotion, and the workflows themselves."""
