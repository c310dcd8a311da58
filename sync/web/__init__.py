"""What every side that is asked over HTTP has in common: the provincial server, and a PC that its neighbours ask."""
