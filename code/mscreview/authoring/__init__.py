"""Adding a trial: what is asked, the form and the questions, the checks, and the writing of rows."""
