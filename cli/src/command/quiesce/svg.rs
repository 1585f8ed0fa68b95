//! A timeline as a drawing that needs nothing but itself.

use std::fmt::Write;

use super::micros;
use super::timeline::{Timeline, What};
use crate::output::escape;

/// Pixels.
const LABEL: u64 = 240;
const CHART: u64 = 640;
const NOTE: u64 = 320;
const ROW: u64 = 22;
const HEAD: u64 = 40;

/// The drawing under a title.
pub(super) fn draw(title: &str, timeline: &Timeline) -> String {
    let rows = u64::try_from(timeline.rows.len()).unwrap_or(0);
    let (width, height) = (LABEL + CHART + NOTE, HEAD + (rows + 1) * ROW);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"13\">\n\
         <title>{0}</title>\n<rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n\
         <text x=\"8\" y=\"22\" font-weight=\"bold\">{0}</text>\n",
        escape(title)
    );
    for (row, y) in timeline.rows.iter().zip((HEAD..).step_by(22)) {
        let text = y + 15;
        let colour = if row.bad { "#b00020" } else { "#222" };
        let _ = writeln!(
            svg,
            "<text x=\"8\" y=\"{text}\" fill=\"{colour}\">{}</text>",
            escape(&shortened(&row.label, 34))
        );
        for part in &row.parts {
            let x = LABEL + place(part.start, timeline.length);
            let end = LABEL + place(part.end, timeline.length);
            let fill = match part.what {
                What::Work => "#7a9cc6",
                What::Turning => "#e0a030",
                What::Frozen => "#3f5f8a",
            };
            let _ = writeln!(
                svg,
                "<rect x=\"{x}\" y=\"{}\" width=\"{}\" height=\"14\" fill=\"{fill}\"/>",
                y + 4,
                end.saturating_sub(x).max(1)
            );
        }
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{text}\" fill=\"{colour}\">{}</text>",
            LABEL + CHART + 8,
            escape(&shortened(&row.note, 46))
        );
    }
    let y = HEAD + rows * ROW + 15;
    let _ = write!(
        svg,
        "<text x=\"{LABEL}\" y=\"{y}\" fill=\"#666\">0</text>\n\
         <text x=\"{}\" y=\"{y}\" fill=\"#666\" text-anchor=\"end\">{}</text>\n</svg>\n",
        LABEL + CHART,
        micros(timeline.length)
    );
    svg
}

fn place(time: u64, length: u64) -> u64 {
    let place = u128::from(time) * u128::from(CHART) / u128::from(length.max(1));
    u64::try_from(place).unwrap_or(CHART).min(CHART)
}

fn shortened(text: &str, letters: usize) -> String {
    if text.chars().count() <= letters {
        return text.to_owned();
    }
    let kept: String = text.chars().take(letters - 3).collect();
    format!("{kept}...")
}

#[cfg(test)]
mod tests {
    use super::super::timeline::tests::record;
    use super::*;

    #[test]
    fn the_drawing_has_a_bar_for_each_part_and_escapes_what_it_tells() {
        let timeline = Timeline::of(&record());
        let svg = draw("<a & b>", &timeline);
        let parts = timeline.rows.iter().map(|row| row.parts.len()).sum::<usize>();
        // And the ground.
        assert_eq!(svg.matches("<rect ").count(), parts + 1);
        assert!(svg.contains("&lt;a &amp; b&gt;") && !svg.contains("<a &"));
        assert!(svg.ends_with("</svg>\n"));
    }
}
