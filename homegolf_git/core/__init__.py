"""The pure core: no disk, no git, no clock, no environment."""
