//! The plan of a download that has begun, read again: what changed on the site since starts over.

use media::OfflinePlan;
use media::ledger::Row;

use super::failure::Failure;
use super::transfer;
use crate::ledger;
use crate::web::cache::Cache;
use crate::web::error::{Error, Result};
use crate::web::fetch::{self, Options};
use crate::web::global;

/// How long the plan may take.
const WITHIN: f64 = 10_000.0;

async fn read(id: &str) -> Result<OfflinePlan> {
    let options = Options {
        patience: Some(WITHIN),
        ..Options::default()
    };
    let response = fetch::fetch(&format!("/{id}/offline.json"), options).await?;
    if !response.is_ok() {
        let status = response.status();
        return Err(Error::other(format!("the plan has the status {status}")));
    }
    Ok(serde_json::from_str(&response.text().await?)?)
}

/// Whether what is stored is not what the site has now. Without an answer it counts as it is.
pub(super) async fn has_changed(row: &Row) -> bool {
    let Ok(plan) = read(&row.video.id).await else {
        return false;
    };
    row.clone()
        .renew(&plan)
        .is_none_or(|stale| !stale.is_empty())
}

/// Brings a row up to what the site has now, and deletes what is of no use any more. The row is written
/// first: an entry that a kill leaves behind is found by its key and fetched again.
pub(super) async fn renew(id: &str, cache: &Cache) -> Result<Row, Failure> {
    let row = ledger::find(id).await?.ok_or(Failure::Stopped)?;
    let plan = read(id).await.map_err(|error| {
        let url = global::absolute(&row.video.page());
        Failure::of_request(error, &url)
    })?;
    let mut stale = None;
    let renewed = ledger::update(id, |row| stale = row.renew(&plan)).await?;
    for (number, file) in stale.ok_or(Failure::Outdated)? {
        transfer::forget(id, number, cache, &file).await?;
    }
    renewed.ok_or(Failure::Stopped)
}
