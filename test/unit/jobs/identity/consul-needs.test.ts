import { describe, expect, it } from 'vitest';
import type { Job } from '../../../../src/clients/nomad-job-model.js';
import { consulNeeds, knowsTls } from '../../../../src/jobs/identity/consul-needs.js';

const AT = 1_800_000_000_000;

interface Written {
  readonly service?: object;
  readonly task?: object;
  readonly group?: object;
  readonly deployedAt?: number;
  readonly Stop?: boolean;
}

function job({ service, task = {}, group = {}, deployedAt = AT - 1000, Stop = false }: Written): Job {
  const TaskGroups = [{ ...group, Services: service ? [service] : null, Tasks: [{ Name: 'main', Driver: 'raw_exec', ...task }] }];
  return { Stop, SubmitTime: deployedAt * 1e6, TaskGroups } as unknown as Job;
}

const template = (EmbeddedTmpl: string): object => ({ Templates: [{ EmbeddedTmpl }] });

describe('what a job counts on of a Consul that serves everybody', () => {
  it.each<[string, Written, string[]]>([
    ['nothing of Consul', {}, []],
    ["a service of Nomad's own", { service: { Name: 'api', Provider: 'nomad' } }, []],
    ['a service', { service: { Name: 'api', Provider: 'consul' } }, ['services of Consul: api']],
    ['a service that has an identity', { service: { Name: 'api', Provider: 'consul', Identity: { Name: 'consul-service_api' } } }, []],
    ['a job that was stopped', { service: { Name: 'api', Provider: 'consul' }, Stop: true }, []],
    ['a block consul', { task: { Consul: {} } }, ['token of task main']],
    ['the block of its group', { group: { Consul: {} } }, ['token of task main']],
    ['a block with its identity', { task: { Consul: {}, Identities: [{ Name: 'consul_default' }] } }, []],
    [
      'a key in a template',
      { task: template('a={{ key "app/a" }}') },
      ['template of task main, which needs a block "consul {}" from now on'],
    ],
    [
      'services in a template',
      { task: template('{{- range services }}{{ .Name }}{{ end }}') },
      ['template of task main, which needs a block "consul {}" from now on'],
    ],
    [
      'a template with a block and its identity',
      { task: { ...template('{{ key "a" }}'), Consul: {}, Identities: [{ Name: 'consul_default' }] } },
      [],
    ],
    [
      "a template of Nomad's own",
      { task: template('{{ range nomadService "api" }}{{ .Address }}{{ end }}{{ env "NOMAD_META_key" }}') },
      [],
    ],
    [
      'a template that asks for what only sounds so',
      { task: template('{{ env "node.unique.name" }}{{ with $key := env `key` }}{{ .node }}{{ end }}') },
      [],
    ],
    ['a template that only says so', { task: template('the key to the service') }, []],
    ["Consul's address of that time", { task: { Env: { AT: '${meta.consul_http_addr}' } } }, ["tasks with Consul's address"]],
    ["Consul's address of today", { task: { Env: { AT: '${meta.consul_http_addr}' } }, deployedAt: AT + 1 }, []],
  ])('%s', (_, written, needs) => {
    expect(consulNeeds(job(written), AT)).toEqual(needs);
  });
});

it('takes a job of the mesh for one of today when it asks for the authority', () => {
  const native = { Name: 'redis', Provider: 'consul', Connect: { Native: true } };
  expect(knowsTls(job({ service: native }))).toBe(false);
  expect(knowsTls(job({ service: native, task: template('{{ with env `meta.consul_ca` }}{{ . }}{{ end }}') }))).toBe(true);
  expect(knowsTls(job({ service: { Name: 'hello', Provider: 'consul' } }))).toBe(true);
});
