//! The colours of every film: deep indigo for a dark room, one warm amber for what matters.

/// `0xRRGGBB`.
pub(crate) type Color = u32;

pub(crate) const INK: Color = 0x0c_0a_1d;
pub(crate) const INDIGO: Color = 0x17_13_38;
pub(crate) const PANEL: Color = 0x22_1d_4d;
pub(crate) const RAISED: Color = 0x30_2a_68;
pub(crate) const LINE: Color = 0x4a_43_8f;
pub(crate) const LILAC: Color = 0x9a_92_e0;
pub(crate) const MUTED: Color = 0xb0_aa_d6;
pub(crate) const PAPER: Color = 0xf4_f0_ff;
pub(crate) const AMBER: Color = 0xff_b4_54;
pub(crate) const EMBER: Color = 0xff_7d_52;
pub(crate) const MINT: Color = 0x6f_e0_c0;

/// `a` and `b` mixed, `amount` from 0 (all `a`) to 1 (all `b`).
pub(crate) fn mix(a: Color, b: Color, amount: f32) -> Color {
    let amount = amount.clamp(0.0, 1.0);
    let channel = |shift: u32| {
        let from = ((a >> shift) & 0xff) as f32;
        let to = ((b >> shift) & 0xff) as f32;
        ((from + (to - from) * amount).round() as u32) << shift
    };
    channel(16) | channel(8) | channel(0)
}
