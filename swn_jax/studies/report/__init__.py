"""The report on a study: tables and figures as in the paper, beside published numbers."""
