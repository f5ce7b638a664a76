import type { ClusterPaths } from '@nomadctl/base/paths';
import type { CertifiedNode } from '../../security/authority/certified-names.js';
import type { Asker, LeafFiles } from '../../security/authority/leaf-files.js';
import type { LocalSettings } from '../local-options.js';
import { nodeCertificate, tasksCertificate, type NodeRecord } from '../node-record.js';

/** A certificate that the cluster's authority signs, and where it lies with its key. */
export interface Leaf {
  readonly whose: CertifiedNode | Asker;
  readonly files: LeafFiles;
}

export interface LeafPlace {
  readonly settings: Pick<LocalSettings, 'datacenter' | 'clientCertificates'>;
  readonly paths: Pick<ClusterPaths, 'agents' | 'operator'>;
}

/** Of a node: its own and, where agents want certificates of whoever asks, that of its tasks. Made anew together: agents read both when they start. */
export function leavesOf({ name, role, address }: NodeRecord, { settings, paths }: LeafPlace): Leaf[] {
  const { datacenter, clientCertificates } = settings;
  return [
    { whose: { name, role, datacenter, addresses: [address] }, files: nodeCertificate(paths.agents, name) },
    ...(clientCertificates ? [{ whose: { asker: `${name}.tasks` }, files: tasksCertificate(paths.agents, name) }] : []),
  ];
}

/** By what nomadctl is known, where agents want to know. */
export function operatorLeaves({ settings, paths }: LeafPlace): Leaf[] {
  return settings.clientCertificates ? [{ whose: { asker: 'operator' }, files: paths.operator }] : [];
}
