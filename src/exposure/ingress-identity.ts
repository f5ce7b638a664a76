import { createHash } from 'node:crypto';
import { shortAnswer } from '../clients/probe/short-answer.js';
import { FIRST_GATE } from './change-exposed.js';
import type { Exposed } from './exposure.js';
import { ingressConfig } from './ingress-config.js';

/** Where the ingress itself answers, on a client's own address; what is exposed is at the ports after it. */
export const STATUS_PORT = FIRST_GATE - 1;
const VERSION_PATH = '/-/ingress-version';

/**
 * The name of a configuration of the ingress, as it is told in its variable, and answers itself.
 * @param attempt with another one the ingress reads the same configuration anew: nothing else has it try again to listen where it could not
 */
export function versionOf(config: string, attempt?: string): string {
  const name = createHash('sha256').update(config).digest('hex');
  return attempt === undefined ? name : `${name}.${attempt}`;
}

/** Whether it is the name of a configuration, at whatever attempt. */
export function isVersionOf(version: string | undefined, config: string): boolean {
  return version?.split('.')[0] === versionOf(config);
}

/**
 * Whether the ingress of the client at an address serves all of what is exposed. It answers with the name of the configuration that it has:
 * haproxy takes one only when it could listen at every port of it, and goes on with the one before where somebody else has a port.
 */
export async function servesAll(
  exposed: Exposed,
  { host, signal }: { readonly host: string; readonly signal: AbortSignal },
): Promise<boolean> {
  const said = await shortAnswer({ host, port: STATUS_PORT, path: VERSION_PATH }, signal);
  return said !== undefined && isVersionOf(said.trim(), ingressConfig(exposed));
}
