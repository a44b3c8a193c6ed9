//! The defects that the fuzzer alone must find: those of the books, the key chain and the arithmetic
//! that show within 2,000 requests from the first seed on, and in 6 steps at the most.

/// Their names.
pub(super) const FUZZED: &[&str] = &[];
