import { formatDuration } from '@nomadctl/base/duration';
import { padText, textWidth, truncateText } from '@nomadctl/base/text-width';
import type { Row } from './plan-rows.js';
import type { Symbols } from './symbols.js';
import type { Style } from './ui.js';

export interface RowLook {
  readonly style: Style;
  readonly symbols: Symbols;
  /** Room for a line; infinite where lines may be of any length. */
  readonly columns: number;
  /** Milliseconds since the epoch, for how long a step has been running. */
  readonly now: number;
  readonly spinner?: string;
  /** Every line fits `columns`: the list is drawn again and again. Else a long detail goes below its title, whole. */
  readonly clip?: boolean;
}

const TITLE_COLUMNS = 38;
const DETAIL_COLUMNS = 31;
const TIME_COLUMNS = 6;
/** Times end here wherever there is room for it. */
const EDGE = TITLE_COLUMNS + DETAIL_COLUMNS + TIME_COLUMNS;
/** Below this, title and detail do not fit side by side. */
const NARROW = 64;
/** Shorter times than this are noise. */
const SHOWN_MS = 100;
/** Between a detail and its time, at least: a detail may end with a command, which in all that we print ends at three spaces. */
const BEFORE_TIME = 3;

/** `  ✔ Starting Consul     127.0.64.1:8500     0.4 s`; two lines where the terminal is narrow. */
export function formatRow(row: Row, look: RowLook): string[] {
  const words = { title: row.title, detail: row.state === 'running' ? row.line : row.detail, time: timeOf(row, look) };
  const room = look.columns - 4;
  const lines = look.columns < NARROW ? undefined : oneLine(words, { room, ...look });
  const [first = '', ...below] = lines ?? twoLines(words, { room, ...look });
  return [`  ${markOf(row, look)} ${painted(row, first, look)}`, ...below.map((line) => `    ${look.style.dim(line)}`)];
}

interface Words {
  readonly title: string;
  readonly detail: string;
  readonly time: string;
}

type Room = Pick<RowLook, 'clip' | 'symbols'> & { readonly room: number };

/** Nothing when it does not fit and must not be cut. */
function oneLine({ title, detail, time }: Words, { room, clip, symbols }: Room): string[] | undefined {
  const left = detail || time ? `${padText(title, TITLE_COLUMNS - 2)}  ` : title;
  const timed = time ? textWidth(time) + BEFORE_TIME : 0;
  const space = room - textWidth(left) - timed;
  if (textWidth(detail) > space && !clip) return undefined;
  const shown = truncateText(detail, Math.max(0, space), symbols.ellipsis);
  const gap = Math.max(BEFORE_TIME, Math.min(room, EDGE) - textWidth(left) - textWidth(shown) - textWidth(time));
  const line = time ? `${left}${shown}${' '.repeat(gap)}${time}` : `${left}${shown}`;
  return [truncateText(line.trimEnd(), clip ? room : Infinity, symbols.ellipsis)];
}

function twoLines({ title, detail, time }: Words, { room, clip, symbols }: Room): string[] {
  const space = room - (time ? textWidth(time) + 2 : 0);
  const short = clip ? truncateText(title, Math.max(0, space), symbols.ellipsis) : title;
  const beside = Math.max(2, Math.min(room, EDGE) - textWidth(short) - textWidth(time));
  const first = time ? `${short}${' '.repeat(beside)}${time}` : short;
  if (detail === '') return [first];
  return [first, clip ? truncateText(detail, Math.max(0, room), symbols.ellipsis) : detail];
}

function timeOf(row: Row, { now }: RowLook): string {
  if (row.state === 'waiting' || row.state === 'skipped') return '';
  const ms = row.state === 'running' ? now - row.startedAt : row.ms;
  if (row.state === 'running' && ms < 1000) return '';
  return ms < SHOWN_MS ? '' : formatDuration(ms);
}

function markOf({ state }: Row, { style, symbols, spinner }: RowLook): string {
  if (state === 'running') return style.accent(spinner ?? symbols.spinner[0] ?? '');
  const mark = symbols.mark[state];
  if (state === 'done' || state === 'adopted') return style.good(mark);
  if (state === 'failed') return style.bad(mark);
  return state === 'interrupted' ? style.warn(mark) : style.dim(mark);
}

function painted({ state }: Row, text: string, { style }: RowLook): string {
  return state === 'waiting' || state === 'skipped' ? style.dim(text) : text;
}
