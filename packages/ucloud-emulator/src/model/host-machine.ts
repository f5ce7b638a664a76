import type { Host, HostMachine } from '../records/host.js';
import { hashPassword } from './password-hash.js';
import type { Scope } from '../scope/scope.js';

export interface AskedLogin {
  readonly LoginMode: string;
  readonly Password?: string | undefined;
  readonly KeyPairId?: string | undefined;
}

/** Nobody's password: root comes in by key. */
const LOCKED = '*';

/** What a real machine needs besides the record; nothing where hosts are records. */
export function newMachine(scope: Scope, asked: AskedLogin): Pick<Host, 'machine'> {
  return scope.machines.real ? { machine: { installs: 1, cutPower: false, ...login(scope, asked) } } : {};
}

/** For the image that follows; who does not say how to log in goes on as before. */
export function reinstalledMachine(scope: Scope, { machine }: Host, asked: AskedLogin): Pick<Host, 'machine'> {
  if (!machine) return {};
  const keeps = asked.Password === undefined && asked.LoginMode === 'Password';
  return { machine: { ...machine, ...(keeps ? {} : login(scope, asked)), installs: machine.installs + 1, failure: undefined } };
}

export function changedMachine({ machine }: Host, changes: Partial<HostMachine>): Pick<Host, 'machine'> {
  return machine ? { machine: { ...machine, ...changes } } : {};
}

function login(scope: Scope, { LoginMode, Password, KeyPairId = '' }: AskedLogin): Pick<HostMachine, 'passwordHash' | 'publicKey'> {
  if (LoginMode === 'KeyPair') return { passwordHash: LOCKED, publicKey: scope.need('keyPair', KeyPairId).publicKey };
  return { passwordHash: Password === undefined || LoginMode !== 'Password' ? '' : passwordHash(Password), publicKey: '' };
}

/** @param encoded base64, as the API takes it. */
export function passwordHash(encoded: string): string {
  return hashPassword(Buffer.from(encoded, 'base64').toString('utf8'));
}
