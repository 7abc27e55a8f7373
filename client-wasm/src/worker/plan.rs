//! The plan of a download that has begun, read again: what changed on the site since starts over.

use media::OfflinePlan;
use media::ledger::Row;

use super::failure::Failure;
use super::{gate, transfer};
use crate::ledger;
use crate::web::cache::Cache;
use crate::web::fetch::{self, Options};
use crate::web::global;

/// How long the plan may take.
const WITHIN: f64 = 10_000.0;

async fn read(id: &str) -> Result<OfflinePlan, Failure> {
    let _pass = gate::pass().await;
    let options = Options {
        patience: Some(WITHIN),
        ..Options::default()
    };
    let url = global::absolute(&format!("/{id}/offline.json"));
    let unreachable = |error| Failure::of_request(error, &url);
    let response = fetch::fetch(&url, options).await.map_err(unreachable)?;
    if !response.is_ok() {
        return Err(Failure::of_status(&url, &response));
    }
    let text = response.text().await.map_err(unreachable)?;
    media::json::parse(&text).map_err(|_| Failure::Wrong { url: url.clone() })
}

/// Whether what is stored is not what the site has now; `None` without the site's answer.
pub(super) async fn compare(row: &Row) -> Option<bool> {
    let plan = read(&row.video.id).await.ok()?;
    let mut renewed = row.clone();
    let stale = renewed.renew(&plan);
    let is_other = stale.is_none_or(|stale| !stale.is_empty());
    Some(is_other || row.is_complete() && !renewed.is_complete())
}

/// Whether what is stored is certainly not what the site has now.
pub(super) async fn has_changed(row: &Row) -> bool {
    compare(row).await == Some(true)
}

/// Brings a row up to what the site has now, and deletes what is of no use any more. The row is written
/// first: an entry that a kill leaves behind is found by its key and fetched again.
pub(super) async fn renew(id: &str, cache: &Cache) -> Result<Row, Failure> {
    let plan = read(id).await?;
    let mut stale = None;
    let renewed = ledger::update(id, |row| stale = row.renew(&plan)).await?;
    for (number, file) in stale.ok_or(Failure::Outdated)? {
        transfer::forget(id, number, cache, &file).await?;
    }
    renewed.ok_or(Failure::Stopped)
}
