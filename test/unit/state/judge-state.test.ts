import { expect, test } from 'vitest';
import { judgeState, type JudgedState } from '../../../src/state/doctor/judge-state.js';
import { readableState } from '../../../src/terraform/inventory.js';
import type { StateCopy } from '../../../src/state/backup/state-copies.js';

interface Parts {
  readonly serial?: number;
  readonly lineage?: string;
  readonly tags?: readonly string[];
}

const textOf = ({ serial = 7, lineage = 'one', tags = ['nomadctl-prod'] }: Parts = {}): string =>
  JSON.stringify({
    ...{ version: 4, serial, lineage },
    resources: tags.map((tag, index) => ({
      ...{ mode: 'managed', type: 'ucloud_vpc', name: `n${index}` },
      instances: [{ attributes: { id: `uvnet-${index}`, tag } }],
    })),
  });

function copy(parts: Parts = {}, from: StateCopy['from'] = 'change', at = 1): StateCopy {
  const state = readableState(textOf(parts));
  if (!state) throw new Error('no state');
  const { serial, lineage, resources } = state;
  return { id: `cluster-${at}`, root: 'cluster', at, from, serial, lineage, resources: resources.length };
}

const judged = (more: Partial<JudgedState>): JudgedState => ({
  ...{ root: 'cluster', text: textOf(), copies: [copy()], applied: true, tag: 'nomadctl-prod' },
  ...more,
});

test.each([
  ['the newest, whole', {}],
  ['newer than its copies', { text: textOf({ serial: 9 }) }],
  ['one without copies', { copies: [] }],
  ['none, before anything was applied', { text: undefined, applied: false }],
  ['none, with copies of a life that has ended', { text: undefined, applied: false, copies: [copy()] }],
  ['an empty file, before anything was applied', { text: '\n', applied: false, copies: [] }],
  ['another lineage, while the first apply is under way', { text: textOf({ lineage: 'two' }), applied: false }],
  ['a backup of what was wrong then, asked for since', { copies: [copy({ lineage: 'two' }, 'backup', 9), copy()] }],
  ['tags of the user that look like nothing of ours', { text: textOf({ tags: ['nomadctl-prod', 'Default', ''] }) }],
])('nothing is wrong with %s', (_, more) => {
  expect(judgeState(judged(more))).toBeUndefined();
});

test.each([
  [
    'missing',
    { text: undefined },
    'the state of the cluster is not there and held 1 resource: terraform would make everything a second time',
  ],
  ['missing', { text: undefined, copies: [] }, 'the state of the cluster is not there: terraform would make everything a second time'],
  ['empty', { text: '' }, 'the state of the cluster is empty and held 1 resource: terraform would make everything a second time'],
  ['damaged', { text: '{"version": 4, "resou' }, 'the state of the cluster is damaged: it is no whole JSON'],
  ['damaged', { text: '{"version": 4}' }, 'the state of the cluster is damaged: it is JSON, and no state of terraform'],
  ['damaged', { text: 'x', applied: false }, 'the state of the cluster is damaged: it is no whole JSON'],
  ['newer-format', { text: '{"version": 5, "resources": []}' }, 'the state of the cluster has format 5, and this nomadctl reads 4'],
  ['foreign', { text: textOf({ tags: ['nomadctl-dev'] }) }, 'the state of the cluster holds resources of cluster dev'],
  [
    'other-lineage',
    { text: textOf({ lineage: 'two' }) },
    'the state of the cluster has lineage two, and its copies have one: it was made elsewhere',
  ],
  [
    'older',
    { text: textOf({ serial: 6 }) },
    'the state of the cluster has serial 6, and a copy of it has 7: something put an old one in its place',
  ],
])('%s: %o', (trouble, more, says) => {
  expect(judgeState(judged(more))).toMatchObject({ trouble, says });
});

test('an old one is mended by the copy with the highest serial, whichever is the newest', () => {
  const copies = [copy({ serial: 5 }, 'backup', 9), copy({ serial: 8 }, 'change', 4)];
  expect(judgeState(judged({ copies }))?.copy?.id).toBe('cluster-4');
});
