//! Footnotes: numbered in the order of their first mention, gathered at the end of the body, and
//! linked both ways. A note that nothing mentions is left out.

use std::collections::HashMap;

use pulldown_cmark::{CowStr, Event};

#[derive(Debug, Default)]
pub(crate) struct Footnotes<'e> {
    /// Number and count of mentions by name.
    mentions: HashMap<CowStr<'e>, (usize, usize)>,
    notes: HashMap<CowStr<'e>, Vec<Event<'e>>>,
    /// The note being read, and what was rendered before it.
    open: Option<(CowStr<'e>, Vec<Event<'e>>)>,
}

impl<'e> Footnotes<'e> {
    /// A mention in the text.
    pub(crate) fn refer(&mut self, name: CowStr<'e>) -> String {
        let next = self.mentions.len() + 1;
        let (number, count) = self.mentions.entry(name).or_insert((next, 0));
        *count += 1;
        let id = mention_id(*number, *count);
        format!(
            "<sup><a href=\"#note-{number}\" id=\"{id}\" aria-label=\"Note {number}\">{number}</a></sup>"
        )
    }

    /// From here on, `events` are those of a note.
    pub(crate) fn begin(&mut self, name: CowStr<'e>, events: &mut Vec<Event<'e>>) {
        self.open = Some((name, std::mem::take(events)));
    }

    /// From here on, `events` are those of the body again.
    pub(crate) fn end(&mut self, events: &mut Vec<Event<'e>>) {
        if let Some((name, body)) = self.open.take() {
            let note = std::mem::replace(events, body);
            self.notes.entry(name).or_insert(note);
        }
    }

    /// Puts the notes after everything else.
    pub(crate) fn append_to(mut self, events: &mut Vec<Event<'e>>) {
        let mut mentions: Vec<_> = self.mentions.into_iter().collect();
        mentions.sort_by_key(|(_, (number, _))| *number);
        if mentions.is_empty() {
            return;
        }
        events.push(Event::Html(
            "<section class=\"footnotes\" aria-label=\"Notes\">\n<ol>\n".into(),
        ));
        for (name, (number, count)) in mentions {
            events.push(Event::Html(format!("<li id=\"note-{number}\">\n").into()));
            events.extend(self.notes.remove(&name).unwrap_or_default());
            for mention in 1..=count {
                let id = mention_id(number, mention);
                let link = format!(
                    "<a class=\"footnote-back\" href=\"#{id}\" aria-label=\"Back to the text\">↩</a>\n"
                );
                events.push(Event::Html(link.into()));
            }
            events.push(Event::Html("</li>\n".into()));
        }
        events.push(Event::Html("</ol>\n</section>\n".into()));
    }
}

fn mention_id(number: usize, mention: usize) -> String {
    if mention == 1 {
        format!("mention-{number}")
    } else {
        format!("mention-{number}-{mention}")
    }
}
