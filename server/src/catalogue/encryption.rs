//! The `encryption` of a video, in the form that Kino gave it.

use media::video::{Encryption, Key};

use super::fields::Fields;
use super::problems::{Severity, quote};
use super::publish::Context;
use super::yaml::{Node, Value};

pub(crate) fn encryption(fields: &Fields<'_>, context: &mut Context<'_>) -> Option<Encryption> {
    let node = fields.get("encryption")?;
    let fields = Fields::of(node, "`encryption`", &mut context.report)?;
    let report = &mut context.report;
    fields.expect(
        &["type", "src", "mimeCodec", "mediaKeySystemConfig", "key"],
        report,
    );
    let r#type = fields.string("type", report);
    if r#type.is_none() {
        report.warn(
            fields.line,
            "`encryption` names no key system",
            "Add a line such as `type: org.w3.clearkey`.",
        );
    }
    let mime_codec = fields.string("mimeCodec", report);
    let key = fields.get("key").and_then(|node| {
        let fields = Fields::of(node, "`key`", &mut context.report)?;
        fields.expect(&["id", "value"], &mut context.report);
        let id = hexadecimal(&fields, "id", context)?;
        let value = hexadecimal(&fields, "value", context)?;
        Some(Key { id, value })
    });
    let src = fields.text("src", &mut context.report);
    Some(Encryption {
        r#type: r#type.unwrap_or_default(),
        src: src.and_then(|src| context.address(&src, "encrypted file", Severity::Error)),
        mime_codec,
        media_key_system_config: fields.get("mediaKeySystemConfig").map(json),
        key,
    })
}

/// A ClearKey key and its id are 16 bytes each.
fn hexadecimal(fields: &Fields<'_>, key: &str, context: &mut Context<'_>) -> Option<String> {
    let text = fields.text(key, &mut context.report);
    let Some(text) = text else {
        context.report.warn(
            fields.line,
            format!("The key has no {}", quote(key)),
            format!("Add a line `{key}: …`."),
        );
        return None;
    };
    if text.value.len() != 32 || !text.value.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let message = format!("The {} of the key is not 32 hexadecimal digits", quote(key));
        context.report.warn(
            text.line,
            message,
            "Copy it again from where the file was encrypted.",
        );
    }
    Some(text.value)
}

fn json(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Null => serde_json::Value::Null,
        Value::Scalar { text, plain } => {
            let number = text.parse::<serde_json::Number>().ok();
            match text.as_str() {
                "true" if *plain => true.into(),
                "false" if *plain => false.into(),
                _ => number
                    .filter(|_| *plain)
                    .map_or(text.as_str().into(), serde_json::Value::Number),
            }
        }
        Value::List(nodes) => nodes.iter().map(json).collect(),
        Value::Map(entries) => entries
            .iter()
            .map(|entry| (entry.key.clone(), json(&entry.node)))
            .collect(),
    }
}
