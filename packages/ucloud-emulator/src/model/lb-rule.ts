import { neededId } from '../params/shared-params.js';
import { choice, integer, list, required, text, withDefault } from '../params/param.js';
import { invalid } from '../params/refusal.js';
import type { Scope } from '../scope/scope.js';

export const ruleParams = {
  ULBId: neededId(),
  VServerId: neededId(),
  Match: required(text({ min: 1, max: 500 })),
  Type: withDefault(choice('Domain', 'Path'), 'Domain'),
  PolicyPriority: withDefault(integer({ min: 0, max: 9999 }), 0),
  BackendId: list(neededId(), { max: 100 }),
};

/** @throws Refusal for a backend that the listener does not have. */
export function checkRuleBackends(scope: Scope, listener: string, backends: readonly string[]): void {
  const stranger = backends.find((id) => scope.find('backend', id)?.listener !== listener);
  if (stranger !== undefined) throw invalid('BackendId', `${stranger} is no backend of ${listener}`);
}
