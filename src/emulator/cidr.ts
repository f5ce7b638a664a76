import { invalid } from './refusal.js';

/** IPv4 networks, as unsigned numbers. */
export interface Network {
  readonly base: number;
  readonly bits: number;
}

export function toNumber(ip: string): number | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(ip)) return undefined;
  const parts = ip.split('.').map(Number);
  return parts.some((part) => part > 255) ? undefined : parts.reduce((sum, part) => sum * 256 + part, 0);
}

export function toIp(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

export function parseCidr(text: string): Network | undefined {
  const [ip = '', bits = '', ...rest] = text.split('/');
  const base = toNumber(ip);
  if (base === undefined || rest.length > 0 || !/^\d{1,2}$/.test(bits) || Number(bits) > 32) return undefined;
  return { base, bits: Number(bits) };
}

export const sizeOf = ({ bits }: Network): number => 2 ** (32 - bits);

export function contains(outer: Network, inner: Network): boolean {
  return outer.bits <= inner.bits && inner.base >= outer.base && inner.base + sizeOf(inner) <= outer.base + sizeOf(outer);
}

export function overlaps(a: Network, b: Network): boolean {
  return a.base < b.base + sizeOf(b) && b.base < a.base + sizeOf(a);
}

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
