"""The decision benchmark: how often each rule promotes noise, finds a gain, or stops too early."""
