//! One small wrapper per browser API. `web_sys` and `JsValue` stay in this folder.

pub(crate) mod background_fetch;
pub(crate) mod body;
pub(crate) mod cache;
pub(crate) mod channel;
pub(crate) mod connection;
pub(crate) mod database;
pub(crate) mod dom;
pub(crate) mod eme;
pub(crate) mod error;
pub(crate) mod event;
pub(crate) mod fetch;
pub(crate) mod fullscreen;
pub(crate) mod global;
pub(crate) mod input;
pub(crate) mod media_session;
pub(crate) mod media_source;
pub(crate) mod page;
pub(crate) mod shaka;
pub(crate) mod storage;
pub(crate) mod stream;
pub(crate) mod video;
