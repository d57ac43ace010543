"""What changed between two versions of the review: results, data and prose, for co-authors and reviewers."""
