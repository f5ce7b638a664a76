import { UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { ConsulPolicy } from '../../clients/acl/consul-acl-model.js';
import type { NomadPolicy } from '../../clients/acl/nomad-acl-model.js';
import { OURS } from '../acl/consul-rights.js';

/** What people and CI may be. */
export const TOKEN_KINDS = ['management', 'operator', 'read-only', 'deployer'] as const;
export type TokenKind = (typeof TOKEN_KINDS)[number];

/** What a token is for: a deployer is one of a namespace. */
export interface TokenRole {
  readonly kind: TokenKind;
  readonly namespace?: string | undefined;
}

/** What a role may do: everything, or what a policy of each program says. */
export type RoleRights = 'everything' | { readonly consul: ConsulPolicy; readonly nomad: NomadPolicy };

/**
 * `operator` runs the cluster: everything but ACLs, so that nobody becomes more than he was given. `read-only` sees what runs and
 * how it is, and no values: neither keys of Consul nor variables of Nomad. `deployer` runs the jobs of one namespace, sees nodes,
 * and says who may reach that namespace's services.
 */
export function rightsOf({ kind, namespace }: TokenRole): RoleRights {
  switch (kind) {
    case 'management':
      return 'everything';
    case 'operator':
      return policies('operator', {
        consul: [
          ...blocks(
            'write',
            'agent_prefix ""',
            'event_prefix ""',
            'key_prefix ""',
            'node_prefix ""',
            'query_prefix ""',
            'session_prefix ""',
          ),
          'service_prefix "" {\n  policy = "write"\n  intentions = "write"\n}',
          ...scalars('write', 'keyring', 'mesh', 'operator'),
        ],
        nomad: [
          'namespace "*" {\n  policy = "write"\n  variables {\n    path "*" {\n      capabilities = ["write", "read", "list", "destroy"]\n    }\n  }\n}',
          ...blocks('write', 'agent', 'node', 'node_pool "*"', 'operator'),
          ...blocks('read', 'plugin'),
        ],
      });
    case 'read-only':
      return policies('read-only', {
        consul: [
          ...blocks('read', 'agent_prefix ""', 'node_prefix ""', 'session_prefix ""'),
          'service_prefix "" {\n  policy = "read"\n  intentions = "read"\n}',
          ...scalars('read', 'operator'),
        ],
        nomad: ['namespace "*" {\n  policy = "read"\n}', ...blocks('read', 'agent', 'node', 'node_pool "*"', 'operator', 'plugin')],
      });
    case 'deployer':
      return deployer(namespaceOf(namespace));
  }
}

function deployer(namespace: string): RoleRights {
  return policies(deployerName(namespace), {
    consul: [
      ...blocks('read', 'node_prefix ""'),
      'service_prefix "" {\n  policy = "read"\n}',
      `service_prefix "${namespace}-" {\n  policy = "read"\n  intentions = "write"\n}`,
      ...blocks('write', `key_prefix "${namespace}/"`),
    ],
    nomad: [
      `namespace "${namespace}" {\n  policy = "write"\n  variables {\n    path "*" {\n      capabilities = ["write", "read", "list", "destroy"]\n    }\n  }\n}`,
      ...blocks('read', 'agent', 'node', 'node_pool "*"', 'plugin'),
    ],
  });
}

/** Of the policy of a namespace's deployers, without the prefix. */
export function deployerName(namespace: string): string {
  return `deployer-${namespace}`;
}

export function policyName(role: string): string {
  return `nomadctl-${role}`;
}

function policies(role: string, { consul, nomad }: { consul: readonly string[]; nomad: readonly string[] }): RoleRights {
  const Name = policyName(role);
  const Description = `${OURS}people and CI, ${role}`;
  return {
    consul: { Name, Description, Rules: `${consul.join('\n')}\n` },
    nomad: { Name, Description, Rules: `${nomad.join('\n')}\n` },
  };
}

function blocks(policy: 'read' | 'write', ...resources: readonly string[]): string[] {
  return resources.map((resource) => `${resource} {\n  policy = "${policy}"\n}`);
}

function scalars(policy: 'read' | 'write', ...resources: readonly string[]): string[] {
  return resources.map((resource) => `${resource} = "${policy}"`);
}

/** Both programs take names of namespaces as they are into rules. @throws UsageError `namespace-invalid` */
export function namespaceOf(name: string | undefined): string {
  if (name !== undefined && /^[A-Za-z0-9-]{1,128}$/.test(name)) return name;
  if (name === undefined) {
    throw new UsageError('a deployer is one of a namespace, and none was given', {
      code: 'namespace-missing',
      next: nomadctl`access namespace list`,
    });
  }
  throw new UsageError(`"${name}" can be no namespace`, {
    code: 'namespace-invalid',
    why: 'letters, digits and dashes make up its name, 128 at the most',
    next: nomadctl`access namespace list`,
  });
}

/** A role in a sentence. */
export function roleName({ kind, namespace }: TokenRole): string {
  return namespace === undefined ? kind : `${kind} of ${namespace}`;
}
