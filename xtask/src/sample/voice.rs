//! The narrator: espeak-ng, softened by ffmpeg, cut to where the sound begins and ends.

use anyhow::{Context, Result};

use super::film::Language;
use super::sound::{RATE, loudness};
use super::tools;

/// A calm pace and a slightly lowered voice are the easiest to listen to.
const MANNER: [&str; 6] = ["-s", "148", "-p", "38", "-g", "1"];

/// Takes the buzz off the top and the rumble off the bottom, and evens the words out.
const SOFTEN: &str = "highpass=f=95,lowpass=f=6800,equalizer=f=3200:t=q:w=1.2:g=-3,equalizer=f=220:t=q:w=1:g=2,\
                      acompressor=threshold=-22dB:ratio=2.5:attack=8:release=120";

/// The level that every sentence has, about -20 dB.
const LEVEL: f32 = 0.1;

/// The samples of one sentence, without silence around it.
pub(crate) fn speak(language: Language, text: &str) -> Result<Vec<f32>> {
    let voice = match language {
        Language::English => "en-us+f3",
        Language::Czech => "cs+f3",
    };
    let arguments = ["-v", voice].into_iter().chain(MANNER);
    let arguments = arguments.chain(["--stdout", text]);
    let spoken = tools::output("espeak-ng", arguments, &[])
        .with_context(|| format!("could not speak “{text}”"))?;
    let filter = [
        "-v", "error", "-i", "pipe:0", "-af", SOFTEN, "-ar", "48000", "-ac", "1", "-f", "f32le",
        "pipe:1",
    ];
    let raw = tools::output("ffmpeg", filter, &spoken)
        .with_context(|| format!("could not soften “{text}”"))?;
    let samples: Vec<f32> = raw
        .chunks_exact(4)
        .map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
        .collect();
    let gain = LEVEL / loudness(&samples).max(1e-6);
    Ok(trim(&samples).iter().map(|sample| sample * gain).collect())
}

/// What lies between the first and the last audible moment.
fn trim(samples: &[f32]) -> &[f32] {
    let threshold = loudness(samples) * 0.08;
    let first = samples.iter().position(|sample| sample.abs() > threshold);
    let last = samples.iter().rposition(|sample| sample.abs() > threshold);
    match (first, last) {
        (Some(first), Some(last)) => {
            let margin = (RATE * 0.01) as usize;
            &samples[first.saturating_sub(margin)..(last + margin).min(samples.len())]
        }
        _ => samples,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_around_a_sentence_is_cut_to_a_hundredth_of_a_second() {
        let mut samples = vec![0.0; 48_000];
        samples[20_000..30_000].fill(0.3);
        assert_eq!(trim(&samples).len(), 9_999 + 2 * 480);
    }
}
