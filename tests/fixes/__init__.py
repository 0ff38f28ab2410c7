"""What every finding advises is done, and then the finding is gone."""
