//! Time into movement. Every function takes and returns numbers from 0 to 1 and clamps what lies outside.

/// How far `now` is on the way from `start` to `start + length`, in seconds.
pub(crate) fn span(now: f32, start: f32, length: f32) -> f32 {
    ((now - start) / length.max(1e-3)).clamp(0.0, 1.0)
}

/// Leaves and arrives gently.
pub(crate) fn smooth(x: f32) -> f32 {
    let x = x.clamp(0.0, 1.0);
    x * x * x * (x * (x * 6.0 - 15.0) + 10.0)
}

/// Arrives gently.
pub(crate) fn out(x: f32) -> f32 {
    1.0 - (1.0 - x.clamp(0.0, 1.0)).powi(4)
}

/// Arrives a little too far and settles.
pub(crate) fn spring(x: f32) -> f32 {
    let x = x.clamp(0.0, 1.0) - 1.0;
    1.0 + 2.2 * x * x * x + 1.2 * x * x
}

/// From 0 to 1 and back within `x` from 0 to 1.
pub(crate) fn pulse(x: f32) -> f32 {
    (x.clamp(0.0, 1.0) * std::f32::consts::PI).sin()
}

/// The value between `a` and `b`.
pub(crate) fn between(a: f32, b: f32, amount: f32) -> f32 {
    a + (b - a) * amount
}

/// A slow wave between -1 and 1.
pub(crate) fn wave(now: f32, period: f32, phase: f32) -> f32 {
    ((now / period + phase) * std::f32::consts::TAU).sin()
}

/// A number between 0 and 1 that depends on `seed` alone, for scattered things that must not flicker.
pub(crate) fn scatter(seed: u32) -> f32 {
    let mut x = seed.wrapping_mul(0x9e37_79b9) ^ 0x85eb_ca6b;
    x ^= x >> 16;
    x = x.wrapping_mul(0x7feb_352d);
    x ^= x >> 15;
    x = x.wrapping_mul(0x846c_a68b);
    x ^= x >> 16;
    (x >> 8) as f32 / (1u32 << 24) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_curve_starts_at_zero_and_ends_at_one() {
        for curve in [smooth as fn(f32) -> f32, out, spring] {
            assert!(curve(-1.0).abs() < 1e-5 && curve(0.0).abs() < 1e-5);
            assert!((curve(1.0) - 1.0).abs() < 1e-5 && (curve(2.0) - 1.0).abs() < 1e-5);
        }
    }

    #[test]
    fn scattered_numbers_stay_in_range() {
        assert!((0..1000).map(scatter).all(|x| (0.0..1.0).contains(&x)));
    }
}
