import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RotationKind } from '../../src/security/rotation/rotation.js';
import { secretsOf, type Lab } from './lab.js';

/** Names of the secrets that a rotation replaces. */
export const REPLACED: Readonly<Record<RotationKind, RegExp>> = {
  gossip: /^(consul|nomad)GossipKey$/,
  certificates: /^key of /,
  ca: /^(authorityKey$|key of )/,
  tokens: /Token(:|$)/,
  keyring: /^$/,
};

/** Every value that a secret has had, by the name that it has when nothing replaces it. */
export class SeenSecrets {
  readonly values = new Map<string, Set<string>>();

  constructor(private readonly lab: Pick<Lab, 'paths'>) {}

  /** Looks at what is kept now: the cluster's secrets, and the keys of its nodes. */
  look(): void {
    for (const [name, value] of [...Object.entries(secretsOf(this.lab)), ...nodeKeys(this.lab)]) {
      const plain = name.replace(/^(next|previous):/, '');
      this.values.set(plain, (this.values.get(plain) ?? new Set()).add(value));
    }
  }

  /** What was made more often than once, or than once more where `kind` replaces it. */
  problems(kind?: RotationKind): string[] {
    return [...this.values].flatMap(([name, values]) => {
      const allowed = kind !== undefined && REPLACED[kind].test(name) ? 2 : 1;
      return values.size > allowed ? [`${name} was made ${values.size} times`] : [];
    });
  }
}

/** A key whose certificate was not written any more is nobody's yet, and is made anew. */
function nodeKeys({ paths }: Pick<Lab, 'paths'>): [string, string][] {
  const { agents } = paths();
  const nodes = existsSync(agents) ? readdirSync(agents, { withFileTypes: true }).filter((entry) => entry.isDirectory()) : [];
  return nodes.flatMap(({ name }): [string, string][] => {
    const [key, certificate] = [join(agents, name, 'tls', 'key.pem'), join(agents, name, 'tls', 'cert.pem')];
    if (!existsSync(key) || !existsSync(certificate)) return [];
    const text = readFileSync(key, 'utf8');
    return new X509Certificate(readFileSync(certificate)).checkPrivateKey(createPrivateKey(text)) ? [[`key of ${name}`, text]] : [];
  });
}
