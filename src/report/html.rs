//! x
/// x
pub fn render(_: &crate::runner::outcome::RunResult) -> Result<String, super::ReportError> {
    Ok(String::new())
}
