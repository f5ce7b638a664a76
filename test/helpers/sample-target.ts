import { choice, count, flag, list, text } from '../../src/options/option.js';
import type { Target } from '../../src/targets/target.js';

/** A table with every kind of option. */
export const sampleTable = {
  servers: count({
    summary: 'servers: 1 or 3',
    question: 'How many servers?',
    default: 1,
    check: (value) => ([1, 3].includes(value) ? undefined : 'must be 1 or 3'),
  }),
  clients: count({
    summary: 'nodes that run jobs',
    question: 'How many clients?',
    default: 2,
    check: (value) => (value >= 0 ? undefined : 'must not be negative'),
  }),
  splitRoles: flag({ summary: 'separate roles', question: 'Separate roles?', default: false }),
  drivers: list({ summary: 'task drivers', default: ['auto'] }),
  addressing: choice({
    summary: 'how nodes are addressed',
    question: 'Addressing?',
    choices: ['auto', 'addresses', 'ports'],
    default: 'auto',
  }),
  datacenter: text({ summary: 'the datacenter', default: 'dc1' }),
  'versions.consul': text({ summary: 'version of Consul', placeholder: 'version', default: 'default' }),
  'versions.nomad': text({ summary: 'version of Nomad', placeholder: 'version', default: 'default' }),
} as const;

/** A target that has never run anything: what is needed of it beyond its table is given. */
export function sampleTarget(parts: Partial<Target> = {}): Target {
  const never = (): never => {
    throw new Error('not expected to be called');
  };
  return {
    id: 'sample',
    title: 'A sample',
    options: sampleTable,
    describe: ({ servers, clients }) => `${String(servers)} servers, ${String(clients)} clients`,
    up: never,
    down: never,
    connection: () => undefined,
    report: never,
    doctor: never,
    programOn: never,
    logFiles: never,
    ...parts,
  };
}
