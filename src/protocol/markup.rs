//! Print text.
