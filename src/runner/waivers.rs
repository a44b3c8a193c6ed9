//! Known deviations, and whether they still are as they were.
