import type { Clock } from '@nomadctl/base/clock';
import { openRetryProxy, type RetryProxy } from '../../clients/ucloud/retry-proxy.js';
import { THROTTLES } from '../../terraform/patience.js';
import type { Detour } from '../../terraform/terraform-scope.js';

/**
 * The way by a proxy that repeats what UCloud throttles. Terraform takes it once it was throttled, and no sooner: while it
 * speaks to UCloud itself, it finishes what it does even when we are killed.
 * @param line hears of what is sent again.
 */
export function throttleDetour(baseUrl: string, { clock, line }: { clock: Clock; line: (text: string) => void }): Detour {
  let proxy: RetryProxy | undefined;
  return {
    async take() {
      proxy ??= await openRetryProxy({ baseUrl, clock, onThrottled: (action) => line(`${THROTTLES}: ${action} again`) });
    },
    variables: () => (proxy ? { base_url: proxy.url } : {}),
  };
}
