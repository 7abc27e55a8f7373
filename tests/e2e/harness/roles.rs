//! Finding things as a person does who cannot see the markup: by role and accessible name.
//!
//! A script proposes elements; where the driver computes roles and names itself, as the browser's
//! accessibility tree has them, its word decides.

use anyhow::{Context, Result, ensure};
use fantoccini::elements::{Element, ElementRef};
use serde_json::{Value, json};

use super::browser::Browser;
use super::drivers::Setup;
use super::{PATIENCE, wait_until};

/// The roles that the contract speaks of.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Role {
    Alert,
    Button,
    Checkbox,
    Heading,
    Link,
    MenuItemRadio,
    Progressbar,
    Radio,
    Switch,
}

/// How a name must read.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Name<'a> {
    /// Exactly so.
    Is(&'a str),
    /// So at its start: a size or a title may follow.
    Starts(&'a str),
    /// Whatever it is.
    Any,
}

impl Role {
    fn name(self) -> &'static str {
        match self {
            Self::Alert => "alert",
            Self::Button => "button",
            Self::Checkbox => "checkbox",
            Self::Heading => "heading",
            Self::Link => "link",
            Self::MenuItemRadio => "menuitemradio",
            Self::Progressbar => "progressbar",
            Self::Radio => "radio",
            Self::Switch => "switch",
        }
    }
}

impl Name<'_> {
    fn fits(self, name: &str) -> bool {
        match self {
            Self::Is(wanted) => name == wanted,
            Self::Starts(wanted) => name.starts_with(wanted),
            Self::Any => true,
        }
    }
}

impl Browser {
    /// Every visible element of `role` below the selector `scope` (empty: the page) whose name
    /// fits.
    pub(crate) fn all_by_role(
        &self,
        scope: &str,
        role: Role,
        name: Name<'_>,
    ) -> Result<Vec<Element>> {
        let proposed = self.execute(
            include_str!("roles.js"),
            vec![json!(scope), json!(role.name())],
        )?;
        let mut found = Vec::new();
        for proposal in proposed
            .as_array()
            .context("roles.js answers with a list")?
        {
            if !name.fits(proposal["name"].as_str().unwrap_or_default()) {
                continue;
            }
            let element = self.element(&proposal["element"])?;
            self.confirm(&element, role, name)?;
            found.push(element);
        }
        Ok(found)
    }

    /// The one such element, as soon as it is there.
    pub(crate) fn by_role(&self, scope: &str, role: Role, name: Name<'_>) -> Result<Element> {
        let what = format!("one {} {name:?} in {scope:?}", role.name());
        let look = || {
            let mut found = self.all_by_role(scope, role, name)?;
            ensure!(found.len() <= 1, "{} are there", found.len());
            Ok(found.pop())
        };
        self.explained(wait_until(&what, PATIENCE, look))
    }

    /// Presses the one button of that name, as soon as it is there.
    pub(crate) fn press(&self, scope: &str, name: Name<'_>) -> Result<()> {
        let button = self.by_role(scope, Role::Button, name)?;
        self.click(&button)
            .with_context(|| format!("cannot press {name:?}"))
    }

    /// The same with the keyboard: a pointer misses a button that other things, as they come, move away.
    pub(crate) fn press_key(&self, scope: &str, name: Name<'_>) -> Result<()> {
        let button = self.by_role(scope, Role::Button, name)?;
        self.enter(&button)
            .with_context(|| format!("cannot press {name:?}"))
    }

    /// Asks the browser's own accessibility computation, where the driver gives access to it.
    fn confirm(&self, element: &Element, role: Role, name: Name<'_>) -> Result<()> {
        if self.setup() == Setup::WebKit {
            return Ok(());
        }
        let path = format!("element/{}/", String::from(element.element_id()));
        let computed_role = self.get(&format!("{path}computedrole"))?;
        let computed_name = self.get(&format!("{path}computedlabel"))?;
        let computed_name: Vec<_> = computed_name
            .as_str()
            .unwrap_or_default()
            .split_whitespace()
            .collect();
        let computed_name = computed_name.join(" ");
        ensure!(
            computed_role == role.name() && name.fits(&computed_name),
            "what should be a {} {name:?} is, as the browser computes it, a {computed_role} {computed_name:?}",
            role.name(),
        );
        Ok(())
    }

    /// An element that a script answered with.
    pub(crate) fn element(&self, answer: &Value) -> Result<Element> {
        let reference = answer
            .as_object()
            .and_then(|object| object.values().next())
            .and_then(Value::as_str)
            .context("no element in the answer")?;
        Ok(Element::from_element_id(
            self.client().clone(),
            ElementRef::from(reference.to_owned()),
        ))
    }
}
