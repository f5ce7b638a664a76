import type { BalancedListener } from './balanced-listener.js';
import { checkBackend, type CheckedBackend } from './check-backend.js';

/** Checks the backends of all listeners, again and again. Owns what is known of them. */
export interface HealthWatch {
  /** Those that are new are checked at once; those that are no more are forgotten. */
  follow(listeners: readonly BalancedListener[]): void;
  /** Undefined: not known, or no backend whose host runs. */
  isWell(backend: string): boolean | undefined;
  /** The backend did not take a connection: it is looked at now. */
  suspect(backend: string): void;
  close(): void;
}

interface Watched extends CheckedBackend {
  readonly text: string;
  isWell?: boolean;
  isBusy?: boolean;
}

/** UCloud does not document how often it asks. */
const INTERVAL_MS = 2000;

/** @param localAddressOf whom backends see; nothing where any address does */
export function watchHealth(
  localAddressOf: (listener: BalancedListener) => string | undefined,
  check: (checked: CheckedBackend) => Promise<boolean> = checkBackend,
): HealthWatch {
  let watched = new Map<string, Watched>();
  const look = async (one: Watched): Promise<void> => {
    if (one.isBusy === true) return;
    one.isBusy = true;
    one.isWell = await check(one);
    one.isBusy = false;
  };
  const timer = setInterval(() => {
    for (const one of watched.values()) void look(one);
  }, INTERVAL_MS);
  timer.unref();
  return {
    follow(listeners) {
      const before = watched;
      watched = new Map(
        listeners.flatMap((listener) =>
          listener.backends.map((backend) => {
            const { monitor } = listener;
            const text = JSON.stringify([backend.ip, backend.port, monitor]);
            const known = before.get(backend.id);
            const one: Watched = known?.text === text ? known : { backend, monitor, localAddress: localAddressOf(listener), text };
            return [backend.id, one] as const;
          }),
        ),
      );
      for (const one of watched.values()) if (one.isWell === undefined) void look(one);
    },
    isWell: (backend) => watched.get(backend)?.isWell,
    suspect(backend) {
      const one = watched.get(backend);
      if (one) void look(one);
    },
    close: () => clearInterval(timer),
  };
}
