import { page } from '../../params/answer-values.js';
import { choice, text } from '../../params/param.js';
import { invalid, missing } from '../../params/refusal.js';
import type { Listener, SecurityPolicy } from '../../records/load-balancer.js';
import type { Scope } from '../../scope/scope.js';

const MODERN = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
];
const OLD = [
  ...MODERN,
  'ECDHE-RSA-AES128-SHA',
  'ECDHE-RSA-AES256-SHA',
  'AES128-GCM-SHA256',
  'AES256-GCM-SHA384',
  'AES128-SHA',
  'AES256-SHA',
];

/** The oldest TLS that is spoken, and the ciphers that there are for it. */
export const supportedCiphers: readonly { readonly TLSVersion: string; readonly SSLCiphers: readonly string[] }[] = [
  { TLSVersion: 'TLSv1.0', SSLCiphers: OLD },
  { TLSVersion: 'TLSv1.1', SSLCiphers: OLD },
  { TLSVersion: 'TLSv1.2', SSLCiphers: MODERN },
];

export const tlsVersionParam = () => choice('TLSv1.0', 'TLSv1.1', 'TLSv1.2');
export const cipherParam = () => text({ min: 1, max: 60, example: 'ECDHE-RSA-AES128-GCM-SHA256' });

/** @throws Refusal for ciphers that are not spoken with that version. */
export function checkCiphers(tlsVersion: string, ciphers: readonly string[]): void {
  const known = supportedCiphers.find(({ TLSVersion }) => TLSVersion === tlsVersion)?.SSLCiphers ?? [];
  const stranger = ciphers.findIndex((cipher) => !known.includes(cipher));
  if (stranger >= 0) throw invalid(`SSLCiphers.${stranger}`, `is none of ${tlsVersion}: see DescribeSupportCiphers`);
}

/** Version and ciphers are changed together, or neither. @throws Refusal */
export function changedCiphers(
  before: SecurityPolicy,
  { TLSVersion, SSLCiphers }: { readonly TLSVersion?: string | undefined; readonly SSLCiphers: readonly string[] },
): Pick<SecurityPolicy, 'tlsVersion' | 'ciphers'> {
  if (TLSVersion === undefined && SSLCiphers.length === 0) return before;
  if (TLSVersion === undefined) throw missing('TLSVersion');
  if (SSLCiphers.length === 0) throw missing('SSLCiphers');
  checkCiphers(TLSVersion, SSLCiphers);
  return { tlsVersion: TLSVersion, ciphers: SSLCiphers };
}

/** What a listener that names a policy keeps. @throws Refusal when it is not there, or the listener speaks no TLS. */
export function policyFor(scope: Scope, protocol: string, policy: string | undefined): Pick<Listener, 'securityPolicy'> {
  if (policy === undefined) return {};
  scope.need('securityPolicy', policy);
  if (protocol !== 'HTTPS') throw invalid('SecurityPolicyId', `a listener of ${protocol} takes none`);
  return { securityPolicy: policy };
}

/** One policy or all, a page of them, each with its listeners as `showListeners` names and shapes them. */
export function listPolicies(
  { SecurityPolicyId, ...paged }: Parameters<typeof page>[1] & { readonly SecurityPolicyId?: string | undefined },
  scope: Scope,
  showListeners: (listeners: readonly Listener[]) => object,
): Readonly<Record<string, unknown>> {
  const found = scope.named('securityPolicy', SecurityPolicyId === undefined ? [] : [SecurityPolicyId]);
  const items = page(found, paged).map((policy) => ({
    ...showPolicy(policy),
    ...showListeners([...scope.select('listener', { securityPolicy: policy.id })]),
  }));
  return { TotalCount: found.length, DataSet: items };
}

export function showPolicy({ id, name, tlsVersion, ciphers }: SecurityPolicy): object {
  return { SecurityPolicyId: id, SecurityPolicyName: name, SecurityPolicyType: 1, TLSVersion: tlsVersion, SSLCiphers: ciphers };
}
