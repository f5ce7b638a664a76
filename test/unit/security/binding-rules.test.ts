import { expect, it, test } from 'vitest';
import type { ConsulAcl } from '../../../src/clients/acl/consul-acl.js';
import type { BindingRule } from '../../../src/clients/acl/consul-acl-model.js';
import { bindingRules, mayRegister, writeBindingRules } from '../../../src/security/acl/binding-rules.js';

const claims = [
  { namespace: 'team', services: ['shop'] },
  { namespace: 'team-a', services: [] },
];

it('gives default what is no other’s, and each namespace its own names', () => {
  const [tasks, ofDefault, ofTeam, ofTeamA, metrics] = bindingRules(claims);
  expect(tasks).toMatchObject({
    BindType: 'role',
    BindName: 'nomad-${value.nomad_namespace}-tasks',
    Selector: '"nomad_service" not in value',
  });
  expect(ofDefault?.Selector).toBe(
    'value.nomad_namespace == "default" and "nomad_service" in value and value.nomad_service not matches "^(team-.*|shop|team-a-.*)$"',
  );
  expect(ofTeam?.Selector).toBe(
    'value.nomad_namespace == "team" and "nomad_service" in value and value.nomad_service matches "^(team-.*|shop)$" and value.nomad_service not matches "^(team-a-.*)$"',
  );
  expect(ofTeamA?.Selector).toBe(
    'value.nomad_namespace == "team-a" and "nomad_service" in value and value.nomad_service matches "^(team-a-.*)$"',
  );
  // A job of another namespace may be called as it likes.
  expect(metrics).toMatchObject({
    BindName: 'nomadctl-metrics',
    Selector: 'value.nomad_namespace == "default" and value.nomad_job_id matches "^(prometheus|fabio)$" and "nomad_service" not in value',
  });
});

test.each([
  ['default', 'web', true],
  ['default', 'shop', false],
  ['default', 'team-web', false],
  ['default', 'teams', true],
  ['team', 'team-web', true],
  ['team', 'shop', true],
  ['team', 'web', false],
  ['team', 'team-a-web', false],
  ['team-a', 'team-a-web', true],
  ['team-a', 'shop', false],
  ['nobody-made-it', 'nobody-made-it-web', false],
])('a job of %s may register %s: %j, as the rules have it', (namespace, service, may) => {
  expect(mayRegister(namespace, service, claims)).toBe(may);
});

test.each(['te"am', 'a b', 'x|y', '.*', ''])('%j is no name that may stand in a rule', (name) => {
  expect(() => bindingRules([{ namespace: name, services: [] }])).toThrow('cannot stand in a rule');
  expect(() => bindingRules([{ namespace: 'team', services: [name] }])).toThrow('cannot stand in a rule');
});

/** What would be written, over rules that are there. */
async function written(found: readonly BindingRule[]): Promise<{ said: readonly string[]; put: BindingRule[]; deleted: string[] }> {
  const [put, deleted]: [BindingRule[], string[]] = [[], []];
  const acl: Pick<ConsulAcl, 'bindingRules' | 'writeBindingRule' | 'deleteBindingRule'> = {
    bindingRules: async () => [...found],
    writeBindingRule: async (rule) => void put.push(rule),
    deleteBindingRule: async (id) => void deleted.push(id),
  };
  const said = await writeBindingRules(acl as ConsulAcl, bindingRules(claims), new AbortController().signal);
  return { said, put, deleted };
}

it('writes what differs, ends what is ours twice or no more, and leaves what is another’s', async () => {
  const [tasks, ofDefault, ofTeam, ofTeamA, metrics] = bindingRules(claims).map((rule, index) => ({ ...rule, ID: `id-${index}` }));
  await expect(written([tasks!, ofDefault!, ofTeam!, ofTeamA!, metrics!])).resolves.toEqual({ said: [], put: [], deleted: [] });
  const drifted = { ...ofDefault!, Selector: '"nomad_service" in value' };
  const gone = { ...ofTeam!, ID: 'gone', Description: 'nomadctl: services of namespace old' };
  const foreign = { ...ofTeam!, ID: 'foreign', Description: 'by hand' };
  const { put, deleted } = await written([tasks!, { ...tasks!, ID: 'twice' }, drifted, ofTeam!, metrics!, gone, foreign]);
  expect(put.map(({ ID, Description }) => `${ID ?? 'new'} ${Description}`)).toEqual([
    'id-1 nomadctl: services of namespace default',
    'new nomadctl: services of namespace team-a',
  ]);
  expect(deleted).toEqual(['twice', 'gone']);
});
