import { median } from './harness.mjs';

/**
 * A row: `ours` and `floor` are the times of the runs (`unit`: ms unless it says otherwise), `judge` says from both whether the bar is met.
 * A row without runs (interrupted) is left out.
 */
export function printTable(rows) {
  const head = ['row', 'ours', 'min', 'max', 'floor', 'min', 'max', 'ratio', 'runs', 'bar', ''];
  const lines = rows.filter(({ ours }) => ours.length > 0).map(cells);
  const widths = head.map((title, index) => Math.max(title.length, ...lines.map((line) => line[index].length)));
  for (const line of [head, ...lines]) {
    process.stdout.write(
      `${line
        .map((cell, index) => (index > 0 && index < 9 ? cell.padStart(widths[index]) : cell.padEnd(widths[index])))
        .join('  ')
        .trimEnd()}\n`,
    );
  }
  for (const { id, note } of rows) if (note) process.stdout.write(`\n${id}: ${note}\n`);
}

function cells({ id, ours, floor = [], unit = 'ms', bar = '', judge }) {
  const ratio = floor.length > 0 ? (median(ours) / median(floor)).toFixed(2) : '';
  const verdict = judge ? (judge(ours, floor) ? 'met' : 'MISSED') : '';
  return [id, ...spread(ours, unit), ...spread(floor, unit), ratio, String(ours.length), bar, verdict];
}

function spread(values, unit) {
  if (values.length === 0) return ['', '', ''];
  return [median(values), Math.min(...values), Math.max(...values)].map((value) => show(value, unit));
}

function show(value, unit) {
  if (unit !== 'ms') return `${value.toFixed(0)} ${unit}`;
  return value >= 1000 ? `${(value / 1000).toFixed(2)} s` : `${value.toFixed(0)} ms`;
}
