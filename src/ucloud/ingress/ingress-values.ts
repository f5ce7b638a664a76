import type { RootValues } from '../../terraform/render-root.js';
import { listenerOf, type Exposed, type Exposure, type ShownCertificate } from '../../exposure/exposure.js';
import { HEALTH_PATH } from '../../exposure/ingress-config.js';
import { tagOf } from '../cluster-tag.js';
import type { UcloudState } from '../ucloud-state.js';
import type { UcloudCluster } from '../ucloud-subject.js';

/** Everybody, where nobody was named. */
const ANYWHERE = '0.0.0.0/0';
/** Of a fingerprint: enough to tell certificates of one cluster apart. */
const KEY_LENGTH = 16;

/** How terraform knows a certificate: another one is another resource. */
export function certificateKey({ fingerprint }: Pick<ShownCertificate, 'fingerprint'>): string {
  return fingerprint.slice(0, KEY_LENGTH);
}

/** What stands in front of what. */
export interface IngressPlace extends Pick<UcloudState, 'network' | 'hosts'> {
  readonly exposed: Exposed;
}

/** Values of the `ingress` root: load balancers of the cloud in front of the ingress of every client. */
export function ingressValues(
  { name, settings }: Pick<UcloudCluster, 'name' | 'settings'>,
  { exposed, network, hosts }: IngressPlace,
): RootValues {
  const { exposures, gates } = exposed;
  const listeners = [...new Set(exposures.map(listenerOf))].toSorted();
  return {
    base_url: settings.baseUrl,
    project_id: settings.projectId,
    region: settings.region,
    name: tagOf({ name }),
    charge_type: settings.chargeType,
    bandwidth: settings.bandwidth,
    network: { vpc_id: network.clientVpcId, subnet_id: network.clientSubnetId },
    clients: Object.fromEntries(hosts.flatMap((host) => (host.role === 'client' ? [[host.name, host.id]] : []))),
    listeners: Object.fromEntries(
      listeners.map((key) => [
        key,
        listener(
          exposures.filter((one) => listenerOf(one) === key),
          gates[key] ?? 0,
        ),
      ]),
    ),
    certificates: Object.fromEntries(
      exposures.flatMap(({ certificate }) =>
        certificate ? [[certificateKey(certificate), { certificate: certificate.certificate, chain: certificate.chain }]] : [],
      ),
    ),
  };
}

function listener(own: readonly Exposure[], gate: number): RootValues {
  const [first] = own;
  const certificates = [...new Set(own.flatMap(({ certificate }) => (certificate ? [certificateKey(certificate)] : [])))];
  const isHttp = first?.protocol === 'http';
  // Of several that share a port somebody may be for everybody.
  const from = [...new Set(own.flatMap((one) => (one.from?.length ? one.from : [ANYWHERE])))];
  return {
    reach: first?.reach ?? '',
    protocol: !isHttp ? 'tcp' : certificates.length > 0 ? 'https' : 'http',
    port: first?.listen ?? 0,
    gate,
    health_path: isHttp ? HEALTH_PATH : '',
    from: first?.reach === 'public' ? from.toSorted() : [],
    certificates: certificates.toSorted(),
  };
}
