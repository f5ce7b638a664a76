import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mapBounded, PROCESSES_AT_ONCE } from '@nomadctl/base/map-bounded';
import type { BalancedListener } from './balanced-listener.js';
import { serveListener, type ServedListener } from './serve-listener.js';
import { watchHealth, type HealthWatch } from './watch-health.js';

/** The load balancers of an emulated cloud: servers of this process, at the addresses that the cloud gave them. */
export interface Balancers {
  /** Makes what is served what it shall be. What can not be had is reported, and keeps nothing else from being served. */
  apply(listeners: readonly BalancedListener[]): Promise<readonly string[]>;
  readonly isWell: HealthWatch['isWell'];
  close(): Promise<void>;
}

interface Open {
  /** What can not change while it listens. */
  readonly protocol: string;
  readonly served: ServedListener;
}

/**
 * @param isRoot backends see a load balancer's own address, which the rules of the network know; the firewall is asked by those
 * rules, too. Without root this process does both, and there are no addresses for inner ones.
 */
export function openBalancers({ isRoot }: { readonly isRoot: boolean }): Balancers {
  const localAddressOf = ({ addresses: [first] }: BalancedListener): string | undefined => (isRoot ? first : undefined);
  const health = watchHealth(localAddressOf);
  const open = new Map<string, Open>();
  const end = async (keys: readonly string[]): Promise<void> => {
    await mapBounded(keys, PROCESSES_AT_ONCE, async (key) => {
      const gone = open.get(key);
      open.delete(key);
      await gone?.served.close();
    });
  };
  return {
    async apply(listeners) {
      const problems: string[] = [];
      const wanted = new Map<string, { readonly address: string; readonly listener: BalancedListener }>();
      for (const listener of listeners) {
        const problem = problemWith(listener, isRoot);
        if (problem !== undefined) problems.push(`port ${listener.port} of ${listener.addresses.join(', ')} leads nowhere: ${problem}`);
        else for (const address of listener.addresses) wanted.set(`${address}:${listener.port} ${listener.id}`, { address, listener });
      }
      await end([...open].flatMap(([key, { protocol }]) => (wanted.get(key)?.listener.protocol === protocol ? [] : [key])));
      health.follow(listeners);
      for (const [key, { address, listener }] of wanted) {
        const there = open.get(key);
        if (there) {
          there.served.update(listener);
          continue;
        }
        const serving = { address, health, localAddress: localAddressOf(listener), asksRules: !isRoot };
        await serveListener(listener, serving).then(
          (served) => open.set(key, { protocol: listener.protocol, served }),
          ({ code, message }: NodeJS.ErrnoException) =>
            problems.push(
              `${address}:${listener.port} leads nowhere: ${code === 'EADDRINUSE' ? 'another program of this computer listens there' : message}`,
            ),
        );
      }
      return problems;
    },
    isWell: health.isWell,
    async close() {
      health.close();
      await end([...open.keys()]);
    },
  };
}

function problemWith({ protocol, inside, tls }: BalancedListener, isRoot: boolean): string | undefined {
  if (inside && !isRoot) return 'inner load balancers take root';
  if (protocol !== 'HTTPS') return undefined;
  if (tls.certificates.length === 0) return 'no certificate is bound to it';
  try {
    for (const { certificate, key } of tls.certificates) {
      if (!new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))) return 'the private key is not that of the certificate';
    }
    return undefined;
  } catch (error) {
    return `its certificate can not be read: ${(error as Error).message}`;
  }
}
