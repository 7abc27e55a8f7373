//! IndexedDB: two stores of JSON texts by key. Everything that a row's change needs happens inside
//! one transaction, so that page and worker, and an old worker and a new one, cannot lose each
//! other's writes.

use std::cell::RefCell;
use std::rc::Rc;

use idb::{Database, DatabaseEvent, Factory, ObjectStoreParams, TransactionMode};
use media::names::DATABASE;
use wasm_bindgen::JsValue;

use super::error::{Error, Result};

/// The stores of the database.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Store {
    /// `media::ledger::Row` by video id.
    Ledger,
    /// Settings by name.
    Settings,
}

impl Store {
    fn name(self) -> &'static str {
        match self {
            Store::Ledger => "ledger",
            Store::Settings => "settings",
        }
    }
}

thread_local! {
    static OPEN: RefCell<Option<Rc<Database>>> = const { RefCell::new(None) };
}

async fn database() -> Result<Rc<Database>> {
    if let Some(open) = OPEN.with_borrow(Clone::clone) {
        return Ok(open);
    }
    let mut request = Factory::new()?.open(DATABASE, Some(1))?;
    request.on_upgrade_needed(|event| {
        // A failure here leaves the version as it was; the open request then fails with the reason.
        if let Ok(database) = event.database() {
            for store in [Store::Ledger, Store::Settings] {
                let _ = database.create_object_store(store.name(), ObjectStoreParams::new());
            }
        }
    });
    let mut database = request.await?;
    // A later version in another tab must be able to upgrade; a database that the browser closed
    // under us is opened anew.
    database.on_version_change(|event| {
        if let Ok(database) = event.database() {
            database.close();
        }
        OPEN.set(None);
    });
    database.on_close(|_| OPEN.set(None));
    let database = Rc::new(database);
    OPEN.set(Some(Rc::clone(&database)));
    Ok(database)
}

fn text(value: Option<JsValue>) -> Option<String> {
    value.and_then(|value| value.as_string())
}

/// The text under a key.
pub(crate) async fn read(store: Store, key: &str) -> Result<Option<String>> {
    let transaction = database()
        .await?
        .transaction(&[store.name()], TransactionMode::ReadOnly)?;
    Ok(text(
        transaction
            .object_store(store.name())?
            .get(JsValue::from_str(key))?
            .await?,
    ))
}

/// All texts of a store.
pub(crate) async fn read_all(store: Store) -> Result<Vec<String>> {
    let transaction = database()
        .await?
        .transaction(&[store.name()], TransactionMode::ReadOnly)?;
    let values = transaction
        .object_store(store.name())?
        .get_all(None, None)?
        .await?;
    Ok(values
        .into_iter()
        .filter_map(|value| value.as_string())
        .collect())
}

/// What a change makes of a text.
#[derive(Debug)]
pub(crate) enum Change {
    /// Leave it as it is.
    Keep,
    /// Write this instead.
    Write(String),
    /// Delete it.
    Delete,
}

/// Reads, decides and writes in one transaction; returns once it is on its way to the disk. What
/// `decide` finds out, it leaves with its caller. Not generic: one copy of this is enough.
pub(crate) async fn change(
    store: Store,
    key: &str,
    decide: &mut dyn FnMut(Option<String>) -> Change,
) -> Result<()> {
    let transaction = database()
        .await?
        .transaction(&[store.name()], TransactionMode::ReadWrite)?;
    let objects = transaction.object_store(store.name())?;
    let key = JsValue::from_str(key);
    let old = text(objects.get(key.clone())?.await?);
    match decide(old) {
        Change::Keep => {}
        Change::Write(new) => {
            objects.put(&JsValue::from_str(&new), Some(&key))?.await?;
        }
        Change::Delete => objects.delete(key)?.await?,
    }
    if transaction.await?.is_committed() {
        Ok(())
    } else {
        Err(Error::other("the browser undid a write to its database"))
    }
}
