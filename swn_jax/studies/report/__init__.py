"""What the runs of a study come to: the paper's tables and figures, beside what is published."""
