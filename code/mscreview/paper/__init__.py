"""The manuscript on paper: Word file, JATS, checklists, and the folder for an editor."""
