import { contains, parseCidr, sizeOf, type Network } from '@nomadctl/base/ipv4';
import { invalid } from '../params/refusal.js';

const PRIVATE: readonly Network[] = ['192.168.0.0/16', '172.16.0.0/12', '10.0.0.0/8'].map((text) => parseCidr(text) as Network);
const SMALLEST_BITS = 29;

/** A network that a VPC may have: private, at most a /29, host bits zero. @throws Refusal naming the parameter. */
export function privateNetwork(text: string, name: string): Network {
  const network = parseCidr(text);
  if (!network) throw invalid(name, 'must be a network such as 192.168.0.0/16');
  if (network.base % sizeOf(network) !== 0) throw invalid(name, 'must have no host bits set');
  if (network.bits > SMALLEST_BITS || !PRIVATE.some((range) => contains(range, network)))
    throw invalid(name, 'must be inside of 192.168.0.0/16, 172.16.0.0/12 or 10.0.0.0/8, and at most a /29');
  return network;
}
