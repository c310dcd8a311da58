"""The main job as a scripted journey, with a provincial server started beside the desktop."""
