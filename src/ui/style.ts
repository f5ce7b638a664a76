import { styleText } from 'node:util';
import type { Style } from './ui.js';

const same = (text: string): string => text;

export const plainStyle: Style = { bold: same, dim: same, good: same, bad: same, warn: same, accent: same };

type Format = Parameters<typeof styleText>[0];

/** Node's own colours: every command builds a style, and a colour library costs milliseconds to load. */
const painted =
  (format: Format) =>
  (text: string): string =>
    // We have already decided whether to colour; newer Nodes would decide again by their own rules.
    text === '' ? '' : styleText(format, text, { validateStream: false });

export const colorStyle: Style = {
  bold: painted('bold'),
  dim: painted('dim'),
  good: painted('green'),
  bad: painted('red'),
  warn: painted('yellow'),
  accent: painted('cyan'),
};

export function styleFor(color: boolean): Style {
  return color ? colorStyle : plainStyle;
}
