import { describe, expect, test } from 'vitest';
import { describeChanges, gatherMessages, shownAddress } from '../../../src/terraform/plan-stream.js';

const line = (value: object): string => JSON.stringify({ '@level': 'info', '@message': 'said', ...value });
const hook = (type: string, addr: string, action = 'create'): string => line({ type, hook: { resource: { addr }, action } });
const client = 'module.host["client-1"].ucloud_instance.this';

test('an apply is told as it goes, by counts and names', () => {
  const told: string[] = [];
  const gathered = gatherMessages((text) => told.push(text), 3);
  for (const said of [
    hook('apply_start', client),
    hook('apply_start', 'module.host["client-1"].ucloud_eip.this[0]'),
    hook('apply_progress', client),
    hook('apply_complete', client),
    hook('apply_complete', 'module.host["client-1"].ucloud_eip.this[0]'),
    hook('apply_start', 'module.management.ucloud_vpc.this[0]', 'delete'),
    hook('apply_errored', 'module.management.ucloud_vpc.this[0]', 'delete'),
  ])
    gathered.take(said);
  expect(told).toEqual([
    '0 of 3 · creating host client-1',
    '0 of 3 · creating address of client-1',
    '1 of 3 · creating address of client-1',
    '2 of 3',
    '2 of 3 · removing network management',
    '2 of 3',
  ]);
});

test('a plan: counts, what happens to each address, errors and warnings apart', () => {
  const gathered = gatherMessages(() => {});
  const diagnostic = (severity: string, summary: string) =>
    line({ type: 'diagnostic', diagnostic: { severity, summary, detail: 'why', address: client } });
  for (const said of [
    line({ type: 'version', terraform: '1.11.4' }),
    line({ type: 'planned_change', change: { resource: { addr: client }, action: 'replace' } }),
    diagnostic('warning', 'old'),
    diagnostic('error', 'wrong'),
    line({ type: 'change_summary', changes: { add: 2, change: 1, remove: 1, operation: 'plan' } }),
  ])
    gathered.take(said);
  const { changes, planned, errors, warnings } = gathered.result();
  expect(describeChanges(changes)).toBe('2 to add, 1 to change, 1 to remove');
  expect([...planned]).toEqual([[client, 'replace']]);
  expect([errors.map(({ summary }) => summary), warnings.map(({ summary }) => summary)]).toEqual([['wrong'], ['old']]);
});

describe('what is no message of the kinds that are known', () => {
  test.each([
    ['panic: runtime error', 'panic: runtime error'],
    ['{"type":"diagnostic"', '{"type":"diagnostic"'],
    ['{"type":"diagnostic","diagnostic":null,"@message":"odd"}', 'odd'],
    ['{"type":"apply_start","hook":{"resource":{}},"@message":"no address"}', 'no address'],
    ['{"type":"change_summary","changes":"many","@message":"no counts"}', 'no counts'],
    ['{"type":"of a later terraform","@message":"news"}', 'news'],
    ['[1]', '[1]'],
    ['null', 'null'],
  ])('%s is kept as text', (said, kept) => {
    const gathered = gatherMessages(() => {}, 1);
    gathered.take(said);
    expect(gathered.result()).toMatchObject({ said: [kept], errors: [] });
  });

  test('only the last lines are kept', () => {
    const gathered = gatherMessages(() => {});
    for (let number = 0; number < 1000; number++) gathered.take(`line ${number}`);
    expect(gathered.result().said).toHaveLength(20);
    expect(gathered.result().said.at(-1)).toBe('line 999');
  });
});

test.each([
  [client, 'host client-1'],
  ['module.host["client-web-2"].ucloud_eip_association.this[0]', 'address of client-web-2'],
  ['module.firewall["nomad-server"].ucloud_security_group.this', 'firewall nomad-server'],
  ['module.clients.ucloud_subnet.this[0]', 'subnet clients'],
  ['ucloud_vpc_peering_connection.controller_clients[0]', 'peering controller_clients'],
  ['nomad_job.this["redis"]', 'job redis'],
  ['terraform_data.one', 'terraform_data.one'],
])('%s is shown as %s', (address, shown) => expect(shownAddress(address)).toBe(shown));
