import { OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { Gathered } from '../../terraform/plan-stream.js';
import type { RootName } from '../../terraform/root.js';

const SHOWN = 8;

/** @throws OutcomeError `recover-differs` for a plan that would change something at UCloud: whoever recovers wants to know first */
export function refuseChanges(root: RootName, planned: Gathered['planned'], cluster: string): void {
  const changes = [...planned].filter(([, action]) => action !== 'read' && action !== 'noop');
  if (changes.length === 0) return;
  throw new OutcomeError(`everything of the ${root} that is there was taken in, and terraform would change ${changes.length} more`, {
    code: 'recover-differs',
    why: [
      ...changes.slice(0, SHOWN).map(([address, action]) => `${action} ${address}`),
      ...(changes.length > SHOWN ? [`and ${changes.length - SHOWN} more`] : []),
      'the cluster file may say something else than the cluster was made from; nothing was changed at UCloud',
    ],
    next: nomadctl`config show ${cluster}`,
  });
}
