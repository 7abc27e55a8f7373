//! How many requests the engine has under way in all. HTTP/1.1 gives a page six connections to a
//! host; whoever takes them all freezes the site.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::task::{Poll, Waker};

/// Requests at a time.
pub(super) const WIDTH: usize = 4;

thread_local! {
    static PASSED: Cell<usize> = const { Cell::new(0) };
    static WAITING: RefCell<VecDeque<Waker>> = const { RefCell::new(VecDeque::new()) };
}

/// The right to one request, until it is dropped.
#[derive(Debug)]
pub(super) struct Pass(());

/// Waits for a free place.
pub(super) async fn pass() -> Pass {
    poll_fn(|context| {
        if PASSED.get() < WIDTH {
            PASSED.set(PASSED.get() + 1);
            return Poll::Ready(Pass(()));
        }
        WAITING.with_borrow_mut(|waiting| waiting.push_back(context.waker().clone()));
        Poll::Pending
    })
    .await
}

impl Drop for Pass {
    fn drop(&mut self) {
        PASSED.set(PASSED.get() - 1);
        // All of them: the first may have been given up meanwhile, and would take the turn with it.
        WAITING.take().into_iter().for_each(Waker::wake);
    }
}
