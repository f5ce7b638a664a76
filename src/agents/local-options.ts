import { clientCertificates } from '../config/client-certificates.js';
import { clusterOptions } from '../config/cluster-options.js';
import { between, odd } from '../options/count-checks.js';
import { choice, count, flag, list, ruled, type Settings } from '../options/option.js';

const DRIVERS = ['auto', 'raw_exec', 'exec', 'docker'];

/** Everything that can be set about a cluster on this computer. */
export const localOptions = {
  servers: count({
    summary: 'nodes that run Consul and Nomad servers: 1, 3 or 5',
    question: 'How many servers?',
    default: 1,
    check: odd,
  }),
  clients: count({
    summary: 'nodes that run jobs',
    question: 'How many clients?',
    default: 2,
    check: between(0, 50),
  }),
  splitRoles: flag({
    summary: 'Consul servers and Nomad servers on nodes of their own, as in production',
    question: 'Consul and Nomad servers on separate nodes?',
    default: false,
  }),
  clientCpu: count({
    summary: 'CPU that each client offers to jobs, in MHz; 0: what the computer has',
    placeholder: 'mhz',
    default: 0,
    check: ruled((value) => (value >= 0 ? undefined : 'must not be negative'), { minimum: 0 }),
  }),
  clientMemory: count({
    summary: 'memory that each client offers to jobs, in MiB; 0: what the computer has',
    placeholder: 'mib',
    default: 0,
    check: ruled((value) => (value === 0 || value >= 64 ? undefined : 'must be 0 or at least 64'), {
      anyOf: [{ const: 0 }, { minimum: 64 }],
    }),
  }),
  drivers: list({
    summary: 'task drivers: auto (every driver that works here), or some of raw_exec, exec, docker',
    default: ['auto'],
    check: ruled(
      (value) => {
        const unknown = value.find((driver) => !DRIVERS.includes(driver));
        return unknown === undefined ? undefined : `"${unknown}" is not one of ${DRIVERS.join(', ')}`;
      },
      { items: { enum: DRIVERS } },
    ),
  }),
  bridge: flag({
    summary: 'groups of jobs may have networks of their own, with sidecars of the mesh (mode "bridge"): as root, with CNI plugins',
    default: false,
    hidden: true,
  }),
  profile: choice({
    summary: 'secure: agents know each other by certificates, and ask everybody else for a token; poc: they do whatever anybody asks',
    choices: ['secure', 'poc'],
    default: 'secure',
  }),
  clientCertificates,
  clientIntroduction: choice({
    summary: 'of profile secure: strict: Nomad takes no client that it does not know without a token made for it (1.11 and later)',
    choices: ['none', 'strict'],
    default: 'none',
    hidden: true,
  }),
  addressing: choice({
    summary: 'addresses: each node has its own of 127.0.0.0/8; ports: all share 127.0.0.1; auto: addresses where the system has them',
    choices: ['auto', 'addresses', 'ports'],
    default: 'auto',
  }),
  ...clusterOptions,
} as const;

export type LocalSettings = Settings<typeof localOptions>;
