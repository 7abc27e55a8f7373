//! Elements of the page.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::error::{Error, Result};
use super::global;

/// An element.
#[derive(Clone, Debug, PartialEq)]
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

    /// For boxes that stand for several others.
    pub(crate) fn set_half_checked(&self, is_half: bool) {
        if let Some(input) = self.0.dyn_ref::<web_sys::HtmlInputElement>() {
            input.set_indeterminate(is_half);
        }
    }

    /// For a `<select>`: the value of what is chosen.
    pub(crate) fn chosen(&self) -> String {
        let value = js_sys::Reflect::get(&self.0, &"value".into());
        value
            .ok()
            .and_then(|value| value.as_string())
            .unwrap_or_default()
    }

    /// For a `<select>`; nothing is chosen where no option has that value.
    pub(crate) fn choose(&self, value: &str) {
        let _ = js_sys::Reflect::set(&self.0, &"value".into(), &value.into());
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

    /// The innermost element that a selector matches among this and those around it.
    pub(crate) fn closest(&self, selector: &str) -> Option<Element> {
        let found = self.0.closest(selector).ok().flatten();
        found.map(|raw| Element(raw.unchecked_into()))
    }

    /// The child after this one of the same parent, or else the one before.
    pub(crate) fn neighbour(&self) -> Option<Element> {
        let next = self.0.next_element_sibling();
        let found = next.or_else(|| self.0.previous_element_sibling());
        found.map(|raw| Element(raw.unchecked_into()))
    }

    /// Puts children into this order. Those that stand right are not touched, and the focus stays.
    pub(crate) fn arrange<'a>(&self, children: impl Iterator<Item = &'a Element>) {
        let focused = self.find(":focus");
        let mut at = self.0.first_element_child();
        for child in children {
            let child: &web_sys::Element = &child.0;
            if at.as_ref() == Some(child) {
                at = child.next_element_sibling();
            } else {
                let _ = self.0.insert_before(child, at.as_deref());
            }
        }
        if let Some(focused) = focused.filter(|focused| !focused.has_focus()) {
            focused.focus();
        }
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

    /// Opens a `<dialog>` as a modal one, and returns the value with which it is closed.
    pub(crate) async fn ask(&self) -> Result<String> {
        let dialog: &web_sys::HtmlDialogElement = self
            .0
            .dyn_ref()
            .ok_or_else(|| Error::other("not a dialog"))?;
        // Esc leaves the last answer standing.
        dialog.set_return_value("");
        dialog.show_modal()?;
        let closed = js_sys::Promise::new(&mut |resolve, _| {
            let once = web_sys::AddEventListenerOptions::new();
            once.set_once(true);
            // Adding a listener fails for no event.
            let _ = dialog.add_event_listener_with_callback_and_add_event_listener_options(
                "close", &resolve, &once,
            );
        });
        global::settled::<JsValue>(closed).await?;
        Ok(dialog.return_value())
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
