//! The bench behind an HTTP address, such as the emulator's control port: `POST /`, one object
//! each way.

use super::{Answering, BenchFault, Carrier, Patience, Reply, Request};
use reqwest::{Client, Url};

/// The largest answer, in bytes.
const MAX_BODY: usize = 1 << 20;

/// A bench at an address.
pub struct HttpBench {
    client: Client,
    url: Url,
    patience: Patience,
}

impl HttpBench {
    /// A bench at that address; nothing is sent yet.
    ///
    /// # Errors
    /// [`BenchFault::Unreachable`] when the address is no `http://` URL.
    pub fn new(address: &str, patience: Patience) -> Result<HttpBench, BenchFault> {
        let unreachable = |why: String| BenchFault::Unreachable { bench: address.to_owned(), why };
        let url: Url = address.parse().map_err(|_| unreachable("write it as http://HOST:PORT".to_owned()))?;
        if url.scheme() != "http" {
            return Err(unreachable("a bench speaks plain http".to_owned()));
        }
        let client = Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .http1_only()
            .build()
            .map_err(|error| unreachable(error.to_string()))?;
        Ok(HttpBench { client, url, patience })
    }

    async fn exchange(&self, request: &Request) -> Result<Reply, BenchFault> {
        let failed = |error: reqwest::Error| match error.is_connect() {
            true => BenchFault::Unreachable {
                bench: self.url.to_string(),
                why: "nothing listens there".to_owned(),
            },
            false => BenchFault::Gone { request: request.name(), why: error.to_string() },
        };
        let body = request.to_json().to_string();
        let asked = self.client.post(self.url.clone()).header("content-type", "application/json").body(body);
        let mut response = asked.send().await.map_err(failed)?;
        let mut answer = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(failed)? {
            answer.extend_from_slice(&piece);
            if answer.len() > MAX_BODY {
                return Err(BenchFault::nonsense(request, "", "an answer is at most 1 MiB long"));
            }
        }
        Reply::read(request, &String::from_utf8_lossy(&answer))
    }
}

impl Carrier for HttpBench {
    fn ask<'a>(&'a mut self, request: &'a Request) -> Answering<'a> {
        Box::pin(async move {
            let limit = self.patience.for_request(request);
            let silent = || BenchFault::Silent { request: request.name(), limit };
            tokio::time::timeout(limit, self.exchange(request)).await.unwrap_or_else(|_| Err(silent()))
        })
    }
}
