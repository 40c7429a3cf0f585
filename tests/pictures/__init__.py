"""Pictures of every pane, mode and dialog, to be looked at: `python -m tests.pictures FOLDER`."""
