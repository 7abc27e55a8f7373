//! Elements of the page.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::error::{Error, Result};
use super::global;

/// An element.
#[derive(Clone, Debug)]
pub(crate) struct Element(pub(super) web_sys::HtmlElement);

fn document() -> web_sys::Document {
    global::get(&["document"]).unchecked_into()
}

fn list(nodes: Result<web_sys::NodeList, JsValue>) -> Vec<Element> {
    let Ok(nodes) = nodes else { return Vec::new() };
    (0..nodes.length())
        .filter_map(|at| Some(Element(nodes.item(at)?.unchecked_into())))
        .collect()
}

/// The first element that a selector matches.
pub(crate) fn find(selector: &str) -> Option<Element> {
    document()
        .query_selector(selector)
        .ok()
        .flatten()
        .map(|raw| Element(raw.unchecked_into()))
}

/// All elements that a selector matches.
pub(crate) fn find_all(selector: &str) -> Vec<Element> {
    list(document().query_selector_all(selector))
}

/// The `<html>` element.
pub(crate) fn root() -> Option<Element> {
    find(":root")
}

/// Listens on the window.
pub(crate) fn on_window(event: &str, heard: impl FnMut() + 'static) {
    let listener = Closure::<dyn FnMut()>::new(heard).into_js_value();
    let window: web_sys::EventTarget = js_sys::global().unchecked_into();
    // Adding a listener fails for no event.
    let _ = window.add_event_listener_with_callback(event, listener.unchecked_ref());
}

impl Element {
    pub(crate) fn find(&self, selector: &str) -> Option<Element> {
        self.0
            .query_selector(selector)
            .ok()
            .flatten()
            .map(|raw| Element(raw.unchecked_into()))
    }

    pub(crate) fn find_all(&self, selector: &str) -> Vec<Element> {
        list(self.0.query_selector_all(selector))
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<String> {
        self.0.get_attribute(name)
    }

    /// Sets an attribute; writes nothing where it has that value, so that nothing is announced twice.
    pub(crate) fn set_attribute(&self, name: &str, value: &str) {
        if self.0.get_attribute(name).as_deref() != Some(value) {
            // It fails for names that are none; ours are.
            let _ = self.0.set_attribute(name, value);
        }
    }

    pub(crate) fn remove_attribute(&self, name: &str) {
        let _ = self.0.remove_attribute(name);
    }

    pub(crate) fn set_hidden(&self, hidden: bool) {
        if self.0.hidden() != hidden {
            self.0.set_hidden(hidden);
        }
    }

    pub(crate) fn is_hidden(&self) -> bool {
        self.0.hidden()
    }

    /// Sets the text; writes nothing where it is that text.
    pub(crate) fn set_text(&self, text: &str) {
        if self.0.text_content().as_deref() != Some(text) {
            self.0.set_text_content(Some(text));
        }
    }

    pub(crate) fn text(&self) -> String {
        self.0.text_content().unwrap_or_default()
    }

    /// Sets a property of the element's own style, which the CSP allows from script.
    pub(crate) fn set_style(&self, property: &str, value: &str) {
        let _ = self.0.style().set_property(property, value);
    }

    pub(crate) fn set_enabled(&self, enabled: bool) {
        if enabled {
            self.remove_attribute("disabled")
        } else {
            self.set_attribute("disabled", "")
        }
    }

    /// For switches and radio buttons.
    pub(crate) fn is_checked(&self) -> bool {
        self.0
            .dyn_ref::<web_sys::HtmlInputElement>()
            .is_some_and(web_sys::HtmlInputElement::checked)
    }

    /// For switches and radio buttons.
    pub(crate) fn set_checked(&self, checked: bool) {
        if let Some(input) = self.0.dyn_ref::<web_sys::HtmlInputElement>() {
            input.set_checked(checked);
        }
    }

    pub(crate) fn focus(&self) {
        let _ = self.0.focus();
    }

    pub(crate) fn has_focus(&self) -> bool {
        document()
            .active_element()
            .is_some_and(|active| self.0.contains(Some(&active)))
    }

    pub(crate) fn remove(&self) {
        self.0.remove();
    }

    pub(crate) fn append(&self, child: &Element) {
        let _ = self.0.append_child(&child.0);
    }

    /// The first element of a `<template>`, copied.
    pub(crate) fn instantiate(&self) -> Result<Element> {
        let template: &web_sys::HtmlTemplateElement = self
            .0
            .dyn_ref()
            .ok_or_else(|| Error::other("not a template"))?;
        let content = document().import_node_with_deep(&template.content(), true)?;
        let fragment: web_sys::DocumentFragment = content.unchecked_into();
        let first = fragment
            .first_element_child()
            .ok_or_else(|| Error::other("an empty template"))?;
        Ok(Element(first.unchecked_into()))
    }

    /// Opens a `<dialog>` as a modal one.
    pub(crate) fn show_modal(&self) -> Result<()> {
        let dialog: &web_sys::HtmlDialogElement = self
            .0
            .dyn_ref()
            .ok_or_else(|| Error::other("not a dialog"))?;
        Ok(dialog.show_modal()?)
    }

    /// Forgets the value with which a `<dialog>` was last closed.
    pub(crate) fn clear_return_value(&self) {
        if let Some(dialog) = self.0.dyn_ref::<web_sys::HtmlDialogElement>() {
            dialog.set_return_value("");
        }
    }

    /// The value with which a `<dialog>` was closed.
    pub(crate) fn return_value(&self) -> String {
        self.0
            .dyn_ref::<web_sys::HtmlDialogElement>()
            .map(web_sys::HtmlDialogElement::return_value)
            .unwrap_or_default()
    }

    /// Listens for as long as the page lives.
    pub(crate) fn on(&self, event: &str, heard: impl FnMut() + 'static) {
        let listener = Closure::<dyn FnMut()>::new(heard).into_js_value();
        let _ = self
            .0
            .add_event_listener_with_callback(event, listener.unchecked_ref());
    }

    /// Listens for clicks in place of what the browser would do.
    pub(crate) fn on_click_instead(&self, mut heard: impl FnMut() + 'static) {
        let listener = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
            event.prevent_default();
            heard();
        });
        let _ = self
            .0
            .add_event_listener_with_callback("click", listener.into_js_value().unchecked_ref());
    }
}
