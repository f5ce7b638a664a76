/** Addresses of hosts begin here: the first ten of a subnet are UCloud's, and for what a person adds. */
const FIRST_HOST = 11;

/** Usable addresses of a subnet in order, `10.80.0.11` and on, without the broadcast address. */
export function hostAddresses(cidr: string): string[] {
  const [base = '', bits = '24'] = cidr.split('/');
  const size = 2 ** (32 - Number(bits));
  const network = toNumber(base);
  const first = Math.min(FIRST_HOST, Math.max(3, size - 6));
  return Array.from({ length: Math.max(0, Math.min(size, MOST) - first - 1) }, (_, index) => toText(network + first + index));
}

/** More than fit into a cluster; a /8 need not be listed. */
const MOST = 4096;

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function toText(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
}
