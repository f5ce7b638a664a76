import { stripVTControlCharacters } from 'node:util';

let segmenter: Intl.Segmenter | undefined;
let classes: { readonly invisible: RegExp; readonly wide: RegExp } | undefined;

/** Made when first needed: it takes 13 ms, a fifth of what a start may cost beyond Node's own. */
function graphemesOf(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return segmenter.segment(text);
}

/** Latin-1, our own symbols and what is around them: one column each, none combines. */
const PLAIN = /^[\x20-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2027\u2190-\u21ff\u2248-\u2265\u25a0-\u25fc\u2713-\u2718\u2800-\u28ff]*$/;
/** Made when first needed, as V8 looks up what Unicode says of them: 1 ms. */
const invisible = (): RegExp => /^[\p{Control}\p{Format}\p{Mark}\p{Default_Ignorable_Code_Point}]+$/u;
// East Asian Wide and Fullwidth, https://www.unicode.org/reports/tr11/, and emoji, which terminals draw two columns wide.
const wide = (): RegExp =>
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u4dbf\u4e00-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u;

const ESCAPES = /(\u001b\[[0-9;?]*[ -/]*[@-~])/;

/** Columns that a text takes on a terminal: colours take none, Chinese characters two. */
export function textWidth(text: string): number {
  const bare = text.includes('\u001b') ? stripVTControlCharacters(text) : text;
  if (PLAIN.test(bare)) return bare.length;
  let width = 0;
  for (const { segment } of graphemesOf(stripVTControlCharacters(bare))) width += graphemeWidth(segment);
  return width;
}

function graphemeWidth(grapheme: string): number {
  classes ??= { invisible: invisible(), wide: wide() };
  if (classes.invisible.test(grapheme)) return 0;
  return classes.wide.test(grapheme) ? 2 : 1;
}

/** Shortens a text to at most `width` columns, ending in `ellipsis` when something was left out. Colours are closed as they were. */
export function truncateText(text: string, width: number, ellipsis = '…'): string {
  if (textWidth(text) <= width) return text;
  const room = width - textWidth(ellipsis);
  if (room < 0) return '';
  let used = 0;
  let cut = false;
  let kept = '';
  for (const part of text.split(ESCAPES)) {
    if (ESCAPES.test(part)) {
      kept += part;
      continue;
    }
    for (const { segment } of graphemesOf(part)) {
      const next = graphemeWidth(segment);
      if (cut || used + next > room) {
        if (!cut) kept += ellipsis;
        cut = true;
        break;
      }
      used += next;
      kept += segment;
    }
  }
  return kept;
}

export function padText(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const padding = ' '.repeat(Math.max(0, width - textWidth(text)));
  return align === 'left' ? text + padding : padding + text;
}

/** The last thing that a program said, as one line without control sequences: progress bars redraw with carriage returns. */
export function lastLine(text: string): string {
  const lines = stripVTControlCharacters(text)
    .split(/[\r\n]+/)
    .map((line) => line.replace(/\p{Control}+/gu, ' ').trim());
  return lines.findLast((line) => line !== '') ?? '';
}
