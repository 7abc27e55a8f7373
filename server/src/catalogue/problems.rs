//! What is wrong with the content: every problem names a file and a line and says what to do.
//! An error keeps the site from starting; a warning does not.

use std::fmt;
use std::path::{Path, PathBuf};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Severity {
    Error,
    Warning,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) severity: Severity,
    pub(crate) file: PathBuf,
    /// Counted from 1.
    pub(crate) line: usize,
    /// What is wrong, without a full stop.
    pub(crate) message: String,
    /// What to do about it: whole sentences.
    pub(crate) advice: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let (file, line) = (self.file.display(), self.line);
        write!(
            formatter,
            "{severity}: {file}:{line}: {}. {}",
            self.message, self.advice
        )
    }
}

/// The problems of one file while it is read.
#[derive(Debug)]
pub(crate) struct Report {
    file: PathBuf,
    problems: Vec<Problem>,
}

impl Report {
    pub(crate) fn new(file: &Path) -> Report {
        Report {
            file: file.to_owned(),
            problems: Vec::new(),
        }
    }

    pub(crate) fn error(
        &mut self,
        line: usize,
        message: impl Into<String>,
        advice: impl Into<String>,
    ) {
        self.add(Severity::Error, line, message, advice);
    }

    pub(crate) fn warn(
        &mut self,
        line: usize,
        message: impl Into<String>,
        advice: impl Into<String>,
    ) {
        self.add(Severity::Warning, line, message, advice);
    }

    pub(crate) fn add(
        &mut self,
        severity: Severity,
        line: usize,
        message: impl Into<String>,
        advice: impl Into<String>,
    ) {
        let problem = Problem {
            severity,
            file: self.file.clone(),
            line,
            message: message.into(),
            advice: advice.into(),
        };
        // A list of two equal wrong values on one line is one thing to mend.
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    pub(crate) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }
}

/// An author's own text inside a message: on one line, not too long, and in backquotes.
pub(crate) fn quote(text: &str) -> String {
    const LONGEST: usize = 80;
    let mut shown: String = text
        .chars()
        .take(LONGEST)
        .map(|char| if char.is_control() { ' ' } else { char })
        .collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

/// All problems, one a line in the order of files and lines, and their number at the end.
pub(crate) fn report(problems: &[Problem]) -> String {
    let mut sorted: Vec<&Problem> = problems.iter().collect();
    sorted.sort_by(|a, b| (&a.file, a.line, a.severity).cmp(&(&b.file, b.line, b.severity)));
    let mut text = String::new();
    for problem in sorted {
        text.push_str(&format!("{problem}\n"));
    }
    let errors = problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error)
        .count();
    let warnings = problems.len() - errors;
    text.push_str(&format!(
        "{}, {}\n",
        counted(errors, "error"),
        counted(warnings, "warning")
    ));
    text
}

fn counted(number: usize, noun: &str) -> String {
    match number {
        0 => format!("no {noun}s"),
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_sorted_by_file_and_line_and_counts_at_the_end() {
        let mut later = Report::new(Path::new("content/01-a/02-b.md"));
        later.warn(7, "`date` cannot be sorted", "Write it as 2022-02-22.");
        later.error(2, "There is no title", "Add a line.");
        let mut first = Report::new(Path::new("content/01-a/01-a.md"));
        first.error(9, "Wrong", "Mend it.");
        let problems = [later.into_problems(), first.into_problems()].concat();
        assert_eq!(
            report(&problems),
            "error: content/01-a/01-a.md:9: Wrong. Mend it.\n\
             error: content/01-a/02-b.md:2: There is no title. Add a line.\n\
             warning: content/01-a/02-b.md:7: `date` cannot be sorted. Write it as 2022-02-22.\n\
             2 errors, 1 warning\n"
        );
    }

    #[test]
    fn a_quoted_value_stays_on_one_line_and_short() {
        assert_eq!(quote("a\nb"), "`a b`");
        assert_eq!(quote(&"x".repeat(500)).chars().count(), 83);
    }
}
