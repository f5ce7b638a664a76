import { Resolver } from 'node:dns/promises';
import { isExpected, portOf, type CheckKind } from '../check-context.js';

const TIMEOUT_MS = 2000;
const RUN_MS = 30_000;

/** Addresses of a name, by the server at the port alone; at a host of its own with `dig`, as that is asked there. */
export const dns: CheckKind<'dns'> = async ({ name, expect, ...where }, at) => {
  const addresses = await resolved(name, portOf(where, at), at);
  return {
    ok: addresses.length > 0 && (expect === undefined || addresses.some((address) => isExpected(address, expect))),
    found: addresses.join(', ') || `no address of ${name}`,
  };
};

async function resolved(
  name: string,
  { node, host, port }: ReturnType<typeof portOf>,
  { connection: { nodes }, signal }: Parameters<CheckKind<'dns'>>[1],
): Promise<string[]> {
  if (!nodes.run) {
    const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 1 });
    resolver.setServers([`${host}:${port}`]);
    return resolver.resolve4(name);
  }
  const argv = ['dig', '+short', '+time=2', '+tries=1', `@${host}`, '-p', String(port), name, 'A'];
  const { exitCode, stdout, stderr } = await nodes.run(node, argv, { signal, timeoutMs: RUN_MS });
  if (exitCode !== 0) throw new Error(stderr.trim() || stdout.trim());
  return stdout.split('\n').filter((line) => /^\d+(\.\d+){3}$/.test(line));
}
