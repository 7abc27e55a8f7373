//! What people do with keyboard, pointer and sliders.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::dom::Element;

/// A key that went down, without Control, Alt or Meta.
#[derive(Debug)]
pub(crate) struct Key {
    /// As `KeyboardEvent.key` has it.
    pub(crate) name: String,
    /// What had the focus.
    pub(crate) target: Element,
}

fn target(event: &web_sys::Event) -> Option<Element> {
    Some(Element(event.target()?.unchecked_into()))
}

fn listen(on: &web_sys::EventTarget, event: &str, listener: JsValue) {
    // Adding a listener fails for no event.
    let _ = on.add_event_listener_with_callback(event, listener.unchecked_ref());
}

/// Listens for presses anywhere in the page; `heard` gets what was pressed.
pub(crate) fn on_press_anywhere(mut heard: impl FnMut(&Element) + 'static) {
    let listener = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
        if let Some(target) = target(&event) {
            heard(&target);
        }
    });
    listen(
        &js_sys::global().unchecked_into(),
        "pointerdown",
        listener.into_js_value(),
    );
}

impl Element {
    /// Listens for keys; one for which `heard` is true does nothing else.
    pub(crate) fn on_key(&self, mut heard: impl FnMut(&Key) -> bool + 'static) {
        let act = move |event: web_sys::KeyboardEvent| {
            if event.default_prevented() || event.ctrl_key() || event.alt_key() || event.meta_key()
            {
                return;
            }
            let Some(target) = target(&event) else { return };
            let name = event.key();
            if heard(&Key { name, target }) {
                event.prevent_default();
            }
        };
        let listener = Closure::<dyn FnMut(web_sys::KeyboardEvent)>::new(act);
        listen(&self.0, "keydown", listener.into_js_value());
    }

    /// Listens for a pointer's event; `heard` is told whether it was a finger's.
    pub(crate) fn on_pointer(&self, event: &str, mut heard: impl FnMut(bool) + 'static) {
        let act = move |event: web_sys::Event| {
            let pointer = event.dyn_ref::<web_sys::PointerEvent>();
            heard(pointer.is_some_and(|pointer| pointer.pointer_type() == "touch"));
        };
        let listener = Closure::<dyn FnMut(web_sys::Event)>::new(act);
        listen(&self.0, event, listener.into_js_value());
    }

    /// Listens for clicks on descendants; `heard` gets the innermost one.
    pub(crate) fn on_click_within(&self, mut heard: impl FnMut(&Element) + 'static) {
        let listener = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
            if let Some(target) = target(&event) {
                heard(&target);
            }
        });
        listen(&self.0, "click", listener.into_js_value());
    }

    /// Whether this or an element around it matches a selector.
    pub(crate) fn is_within(&self, selector: &str) -> bool {
        matches!(self.0.closest(selector), Ok(Some(_)))
    }

    /// Whether this is `other` or around it.
    pub(crate) fn contains(&self, other: &Element) -> bool {
        self.0.contains(Some(&other.0))
    }

    /// For sliders.
    pub(crate) fn value(&self) -> f64 {
        let input = self.0.dyn_ref::<web_sys::HtmlInputElement>();
        input.map_or(0.0, web_sys::HtmlInputElement::value_as_number)
    }

    /// For sliders.
    pub(crate) fn set_value(&self, value: f64) {
        if let Some(input) = self.0.dyn_ref::<web_sys::HtmlInputElement>() {
            input.set_value_as_number(value);
        }
    }

    /// Sets or takes off an attribute without a value.
    pub(crate) fn set_flag(&self, name: &str, is_set: bool) {
        if is_set {
            self.set_attribute(name, "");
        } else {
            self.remove_attribute(name);
        }
    }

    /// For buttons that stay pressed.
    pub(crate) fn set_pressed(&self, is_pressed: bool) {
        self.set_attribute("aria-pressed", if is_pressed { "true" } else { "false" });
    }

    /// In CSS pixels.
    pub(crate) fn height(&self) -> f64 {
        f64::from(self.0.offset_height())
    }

    /// Where it begins in the element that it is placed in, in CSS pixels.
    pub(crate) fn top(&self) -> f64 {
        f64::from(self.0.offset_top())
    }

    /// Takes all children out.
    pub(crate) fn clear(&self) {
        self.0.set_text_content(None);
    }
}
