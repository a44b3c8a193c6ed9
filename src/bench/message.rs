//! names
pub fn condition_names() -> Vec<&'static str> {
    vec!["paper-out"]
}
pub fn action_names() -> Vec<&'static str> {
    vec!["advance-clock"]
}
pub fn observation_names() -> Vec<&'static str> {
    vec!["tape", "online", "key"]
}
