import { expect, test } from 'vitest';
import { prunable, reasonToKeep, type ImageRow } from '../../../../src/ucloud/images/prunable.js';

function row(id: string, more: Partial<ImageRow> = {}): ImageRow {
  return {
    id,
    name: `nomadctl-prod-nomad-client-${id}`,
    cluster: 'prod',
    image: 'nomad-client',
    hash: id,
    base: 'uimage-base',
    builtAt: 1000,
    versions: {},
    state: 'Available',
    size: 20,
    usedBy: [],
    current: false,
    ...more,
  };
}

const ids = (rows: readonly ImageRow[], all = false): string[] => prunable(rows, 'prod', all).map(({ id }) => id);

test('older images that nothing needs go', () => {
  expect(ids([row('new', { builtAt: 3000 }), row('old'), row('older', { builtAt: 500 })])).toEqual(['old', 'older']);
});

test('what a host was made from stays, whatever is asked', () => {
  const rows = [row('new', { builtAt: 3000 }), row('used', { usedBy: ['prod: client-1'] })];
  expect([ids(rows), ids(rows, true)]).toEqual([[], ['new']]);
  expect(reasonToKeep(rows[1] as ImageRow, rows, true)).toBe('prod: client-1');
});

test('what the next up would take stays, without --all', () => {
  const rows = [row('new', { builtAt: 3000 }), row('current', { current: true })];
  expect([ids(rows), ids(rows, true)]).toEqual([[], ['new', 'current']]);
});

test('each kind keeps its newest, and other clusters everything', () => {
  const rows = [
    row('client', { builtAt: 3000 }),
    row('server', { image: 'nomad-server' }),
    row('theirs', { cluster: 'prod-eu' }),
    row('half', { state: 'Making', builtAt: 9000 }),
  ];
  expect([ids(rows), ids(rows, true)]).toEqual([[], ['client', 'server']]);
});
