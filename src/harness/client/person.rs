//! A person at a till with a screen: the same instructions in plain words, step by step.

use super::client_driver::DriverError;
use super::trace::DriverTrouble;
use serde_json::{Map, Value, json};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncWrite, AsyncWriteExt};

/// Where the person reads and types.
pub struct Person {
    output: Box<dyn AsyncWrite + Send + Unpin>,
    input: Box<dyn AsyncBufRead + Send + Unpin>,
}

impl Person {
    /// Somebody who reads `output` and types into `input`.
    pub fn new(
        output: Box<dyn AsyncWrite + Send + Unpin>,
        input: Box<dyn AsyncBufRead + Send + Unpin>,
    ) -> Person {
        Person { output, input }
    }

    /// Shows an instruction, and waits for what the person saw.
    ///
    /// # Errors
    /// [`DriverTrouble::Ended`] when nobody is there any more.
    pub async fn ask(&mut self, line: &Value) -> Result<Value, DriverError> {
        let word = line.get("do").and_then(Value::as_str).unwrap_or_default();
        let mut answer = match word {
            "bye" => json!({"outcome": "done"}),
            "journal" => json!({"outcome": "unsupported"}),
            _ => self.question(&format!("> {}", in_words(line))).await?,
        };
        if let (Some(id), Value::Object(fields)) = (line.get("id"), &mut answer) {
            fields.insert("id".to_owned(), id.clone());
        }
        Ok(answer)
    }

    /// Has the person cut the till off.
    pub async fn kill(&mut self) {
        // Somebody who is gone shows at the next question.
        let _ = self.question("> NOW: switch the till off the hard way, then start it again.").await;
    }

    async fn question(&mut self, text: &str) -> Result<Value, DriverError> {
        let mut hint =
            "  What does the till say? [d]one NUMBER, [r]efused CODE, [u]nknown, [n]ot sent, [s]kip";
        let mut shown = text;
        loop {
            let gone = |_| DriverError::new(DriverTrouble::Ended, "nobody reads any more");
            self.output.write_all(format!("{shown}\n{hint}: ").as_bytes()).await.map_err(gone)?;
            self.output.flush().await.map_err(gone)?;
            let mut typed = String::new();
            if self.input.read_line(&mut typed).await.map_err(gone)? == 0 {
                return Err(DriverError::new(DriverTrouble::Ended, "nobody types any more"));
            }
            if let Some(answer) = understood(&typed) {
                return Ok(answer);
            }
            shown = "  That was not understood.";
            hint = "  d 4223 | r -6 | u | n | s";
        }
    }
}

/// What a person typed.
fn understood(typed: &str) -> Option<Value> {
    let (word, rest) = typed.trim().split_once(' ').unwrap_or((typed.trim(), ""));
    let mut fields = Map::new();
    let outcome = match word.chars().next()? {
        'd' => {
            if !rest.is_empty() {
                let field = if ["success", "fail"].contains(&rest) { "result" } else { "receipt" };
                fields.insert(field.to_owned(), json!(rest));
            }
            "done"
        }
        'r' => {
            fields.insert("code".to_owned(), json!(rest.parse::<i32>().ok()?));
            "refused"
        }
        'u' => "unknown",
        'n' => "rejected",
        's' => "unsupported",
        _ => return None,
    };
    fields.insert("outcome".to_owned(), json!(outcome));
    Some(Value::Object(fields))
}

/// An instruction in plain words.
pub fn in_words(line: &Value) -> String {
    let text = |name: &str| match line.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    match text("do").as_str() {
        "connect" if line.get("key").is_some() => {
            format!(
                "Set the till to the device at {} with the web-API key {}, and start it.",
                text("url"),
                text("key")
            )
        }
        "connect" => format!("Start the till again (device at {}); type no key.", text("url")),
        "register" => registration(line, &text),
        "withdraw" => format!("Take {} tenge out of the drawer.", text("cash")),
        "deposit" => format!("Put {} tenge into the drawer.", text("cash")),
        "x-report" => "Print an X report.".to_owned(),
        "z-report" => "Close the shift (Z report).".to_owned(),
        "print" => format!("Print this text: {:?}.", text("text")),
        "print-header" => format!("Set this text for the top of receipts: {:?}.", text("text")),
        "status" => "Ask for the device's status.".to_owned(),
        "bank" => format!(
            "Start the card operation {} over {} tenge, number {}.",
            text("message"),
            text("amount"),
            text("trackdocument")
        ),
        "bank-result" => format!("Look whether card operation {} was paid.", text("trackdocument")),
        "settle" => "Have the till find out what became of sales that are not clear.".to_owned(),
        "new-key" => format!("Type this new web-API key into the till: {}.", text("key")),
        "restart" => "Close the till in the orderly way.".to_owned(),
        other => format!("Do: {other}."),
    }
}

fn registration(line: &Value, text: &impl Fn(&str) -> String) -> String {
    let kind = match text("type").as_str() {
        "sale" => "Sell",
        "buy" => "Buy",
        "saleReturn" => "Take back a sale",
        _ => "Give back a purchase",
    };
    let mut words = format!("{kind} for {} tenge", text("total"));
    for (name, shown) in [("cash", "cash"), ("bank", "by card"), ("tara", "in tare"), ("credit", "on credit")]
    {
        if line.get(name).is_some() {
            words.push_str(&format!(", paid {shown}: {}", text(name)));
        }
    }
    if let Some(items) = line.get("items").and_then(Value::as_array) {
        for item in items {
            words.push_str(&format!("\n    position {item}"));
        }
    }
    for (name, shown) in [("tax", "under the tax"), ("print", "printing"), ("footer", "with at the end")] {
        if line.get(name).is_some() {
            words.push_str(&format!(", {shown} {:?}", text(name)));
        }
    }
    words + "."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_answers_are_understood_or_asked_again() {
        assert_eq!(understood("d 4223\n"), Some(json!({"receipt": "4223", "outcome": "done"})));
        assert_eq!(understood("refused -6"), Some(json!({"code": -6, "outcome": "refused"})));
        assert_eq!(understood("d success").unwrap()["result"], "success");
        for nonsense in ["", "\n", "r", "r six", "?"] {
            assert_eq!(understood(nonsense), None, "{nonsense:?}");
        }
    }

    #[tokio::test]
    async fn a_person_is_asked_until_understood() {
        let typed: &[u8] = b"what?\nd 12\n";
        let mut person = Person::new(Box::new(tokio::io::sink()), Box::new(typed));
        let line =
            json!({"do": "register", "id": "s1", "type": "sale", "total": "800.00", "cash": "1000.00"});
        let answer = person.ask(&line).await.unwrap();
        assert_eq!(answer, json!({"receipt": "12", "outcome": "done", "id": "s1"}));
        assert_eq!(person.ask(&line).await.unwrap_err().trouble, DriverTrouble::Ended);
        assert_eq!(in_words(&line), "Sell for 800.00 tenge, paid cash: 1000.00.");
    }
}
