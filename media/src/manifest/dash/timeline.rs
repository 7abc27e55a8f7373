//! When the segments of a representation start and end: SegmentTimeline, or one duration for all.
//! ISO/IEC 23009-1, sections 5.3.9.2 and 5.3.9.6.

use std::rc::Rc;
use std::time::Duration;

use super::super::budget::Budget;
use super::super::error::Fault;
use super::super::xml::Element;
use super::time::{seconds, segments_until};

/// One segment's place in the media timeline.
#[derive(Clone, Copy)]
pub(super) struct Slot {
    /// What `$Number$` stands for.
    pub(super) number: u64,
    /// What `$Time$` stands for.
    pub(super) time: u64,
    /// In seconds.
    pub(super) duration: f64,
}

/// What a Period says about the time of its segments.
#[derive(Clone, Copy)]
pub(super) struct Window {
    /// How long it is, where that is known.
    pub(super) length: Option<Duration>,
    /// Of a live stream not all segments can be known.
    pub(super) unfinished: bool,
}

/// The timing attributes that a level has or takes over.
#[derive(Clone)]
pub(super) struct Timing {
    timescale: u32,
    duration: Option<u64>,
    start_number: u64,
    end_number: u64,
    presentation_time_offset: u64,
    /// Shared, because all representations of a set follow it.
    timeline: Option<Rc<[Run]>>,
}

impl Default for Timing {
    fn default() -> Self {
        Timing {
            timescale: 1,
            duration: None,
            start_number: 1,
            end_number: u64::MAX,
            presentation_time_offset: 0,
            timeline: None,
        }
    }
}

/// An `S` element.
struct Run {
    /// Where it is in the document.
    offset: usize,
    time: Option<u64>,
    duration: u64,
    repeat: i64,
}

impl Timing {
    /// Takes over what a SegmentBase, SegmentList or SegmentTemplate says.
    pub(super) fn inherit(&mut self, element: Element<'_, '_>) -> Result<(), Fault> {
        let positive = |name| match element.number::<u32>(name)? {
            Some(0) => Err(element.fault(format!("has {name} 0"), "Write a positive number.")),
            number => Ok(number),
        };
        self.timescale = positive("timescale")?.unwrap_or(self.timescale);
        self.duration = match element.number("duration")? {
            Some(0) => {
                return Err(element.fault("has segments of duration 0", "Write a positive number."));
            }
            duration => duration.or(self.duration),
        };
        self.start_number = element.number("startNumber")?.unwrap_or(self.start_number);
        self.end_number = element.number("endNumber")?.unwrap_or(self.end_number);
        let offset = element.number("presentationTimeOffset")?;
        self.presentation_time_offset = offset.unwrap_or(self.presentation_time_offset);
        if let Some(timeline) = element.child("SegmentTimeline") {
            let runs = timeline.children_named("S").map(Run::read);
            self.timeline = Some(runs.collect::<Result<_, _>>()?);
        }
        Ok(())
    }

    /// The one segment of a representation without timing, which is as long as its period.
    pub(super) fn only_slot(&self, window: &Window) -> Slot {
        Slot {
            number: self.start_number,
            time: 0,
            duration: window.length.map_or(0.0, |length| length.as_secs_f64()),
        }
    }

    /// Where there is no timeline, how long each segment is.
    pub(super) fn each(&self) -> Option<f64> {
        self.duration
            .map(|duration| seconds(duration.into(), self.timescale))
    }

    pub(super) fn has_timeline(&self) -> bool {
        self.timeline.is_some()
    }

    /// All segments of a period; `None` where nothing says how long one is.
    pub(super) fn slots(
        &self,
        window: &Window,
        budget: &mut Budget,
    ) -> Result<Option<Vec<Slot>>, Fault> {
        match (&self.timeline, self.duration) {
            (Some(timeline), _) => self.follow(timeline, window, budget).map(Some),
            (None, Some(duration)) => self.count(duration, window, budget).map(Some),
            (None, None) => Ok(None),
        }
    }

    /// Segments of one duration, of which the last may be shorter.
    fn count(&self, duration: u64, window: &Window, budget: &Budget) -> Result<Vec<Slot>, Fault> {
        let numbered = self.numbers_from(self.start_number);
        let count = match window.length {
            Some(length) => segments_until(length, 0, duration, self.timescale).min(numbered),
            None if self.end_number < u64::MAX => numbered,
            None if window.unfinished => 0,
            None => return Err(without_end()),
        };
        let mut slots = Vec::with_capacity(budget.room_for(count)?);
        let end = window
            .length
            .map_or(f64::INFINITY, |length| length.as_secs_f64());
        for index in 0..count {
            let time = index.checked_mul(duration).ok_or_else(too_late)?;
            let whole = seconds(duration.into(), self.timescale);
            slots.push(Slot {
                number: self.start_number.checked_add(index).ok_or_else(too_late)?,
                time,
                duration: whole.min(end - seconds(time.into(), self.timescale)),
            });
        }
        Ok(slots)
    }

    /// The segments of a timeline, except those that lie wholly outside of the period.
    fn follow(
        &self,
        timeline: &[Run],
        window: &Window,
        budget: &mut Budget,
    ) -> Result<Vec<Slot>, Fault> {
        let mut slots = Vec::new();
        let mut next = (self.start_number, 0);
        for (index, run) in timeline.iter().enumerate() {
            next.1 = run.time.unwrap_or(next.1);
            let count = self.repeats(run, next.1, timeline.get(index + 1), window);
            let count = count
                .map_err(|fault| fault.at(run.offset))?
                .min(self.numbers_from(next.0));
            let added = self.add_run(run, count, next, window, &mut slots, budget);
            next = added.map_err(|fault| fault.at(run.offset))?;
            if self.numbers_from(next.0) == 0 {
                break;
            }
        }
        Ok(slots)
    }

    /// Adds the segments of a run; `next` are the first one's number and time, and those after the
    /// last one are returned.
    fn add_run(
        &self,
        run: &Run,
        count: u64,
        mut next: (u64, u64),
        window: &Window,
        slots: &mut Vec<Slot>,
        budget: &mut Budget,
    ) -> Result<(u64, u64), Fault> {
        budget.room_for((slots.len() as u64).saturating_add(count))?;
        let duration = seconds(run.duration.into(), self.timescale);
        for _ in 0..count {
            let (number, time) = next;
            if self.overlaps(time, run.duration, window) {
                slots.push(Slot {
                    number,
                    time,
                    duration,
                });
            } else {
                budget.segment()?;
            }
            let after = number.checked_add(1).zip(time.checked_add(run.duration));
            next = after.ok_or_else(too_late)?;
        }
        Ok(next)
    }

    /// How many segments a run has: a negative `r` lasts until the next one or the period's end.
    fn repeats(
        &self,
        run: &Run,
        time: u64,
        next: Option<&Run>,
        window: &Window,
    ) -> Result<u64, Fault> {
        if let Ok(repeat) = u64::try_from(run.repeat) {
            return Ok(repeat.saturating_add(1));
        }
        if let Some(next) = next {
            let length = next
                .time
                .and_then(|until| until.checked_sub(time))
                .filter(|length| *length > 0);
            let length = length.ok_or_else(|| {
                Fault::new(
                    "has a negative r before an S that does not start later",
                    "Write t at the next S.",
                )
            })?;
            return Ok(length.div_ceil(run.duration));
        }
        match window.length {
            Some(length) => Ok(segments_until(
                length,
                self.presented(time),
                run.duration,
                self.timescale,
            )),
            None if window.unfinished => Ok(0),
            None => Err(without_end()),
        }
    }

    fn overlaps(&self, time: u64, duration: u64, window: &Window) -> bool {
        let start = self.presented(time);
        let begins = window
            .length
            .is_none_or(|length| segments_until(length, start, 1, self.timescale) > 0);
        begins && start + i128::from(duration) > 0
    }

    /// A media time in ticks from the period's start.
    fn presented(&self, time: u64) -> i128 {
        i128::from(time) - i128::from(self.presentation_time_offset)
    }

    /// How many numbers there are from `number` to the last.
    fn numbers_from(&self, number: u64) -> u64 {
        self.end_number.saturating_add(1).saturating_sub(number)
    }
}

impl Run {
    fn read(element: Element<'_, '_>) -> Result<Run, Fault> {
        let mut run = Run {
            offset: element.span().start,
            time: None,
            duration: 0,
            repeat: 0,
        };
        for (key, value) in element.attributes() {
            let value = value.trim_ascii();
            match key {
                "t" => run.time = Some(element.parse_number(key, value)?),
                "d" => run.duration = element.parse_number(key, value)?,
                "r" => run.repeat = element.parse_number(key, value)?,
                "k" if value != "1" => {
                    return Err(unsupported(element, "a sequence of segments (k)"));
                }
                "p" | "pE" => return Err(unsupported(element, "a pattern (p)")),
                _ => {}
            }
        }
        if run.duration == 0 {
            return Err(element.fault("has an S without a duration", "Write a positive d."));
        }
        Ok(run)
    }
}

fn unsupported(element: Element<'_, '_>, what: &str) -> Fault {
    element.fault(
        format!("has an S with {what}, which is not supported"),
        "Write an S with t, d and r for each run.",
    )
}

fn without_end() -> Fault {
    Fault::new(
        "does not say where its last segment ends",
        "Write mediaPresentationDuration on MPD, or duration on Period.",
    )
}

fn too_late() -> Fault {
    Fault::new(
        "has a segment behind the end of 64-bit time",
        "Correct t, d and startNumber.",
    )
}
