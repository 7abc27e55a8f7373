//! Chance that can be repeated: everything random comes from one seed.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};

/// xorshift64.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl From<u64> for Random {
    fn from(seed: u64) -> Self {
        // Seeds are often neighbours, and a state of 0 would stay.
        Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }
}

impl Random {
    /// A number below `end`; 0 where there is none.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end.max(1) as u64).unwrap_or_default()
    }
}

/// The seed of this run: `KINORA_SEED`, which repeats a run that failed, else the time.
pub(crate) fn seed() -> Result<u64> {
    match std::env::var("KINORA_SEED") {
        Ok(seed) => seed.parse().context("KINORA_SEED is no number"),
        Err(_) => Ok(u64::try_from(
            SystemTime::now().duration_since(UNIX_EPOCH)?.as_micros(),
        )?),
    }
}

/// So many bytes, other ones for each seed that is not 0.
pub(crate) fn noise(size: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut bytes = Vec::with_capacity(size);
    while bytes.len() < size {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes
}
