import { missing } from '../params/refusal.js';
import { checkPassword } from '../params/shared-params.js';
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

/** @throws Refusal for a login that lacks what its mode takes, as https://docs.ucloud.cn/api/uhost-api/create_uhost_instance has it. */
export function checkLogin(scope: Scope, { LoginMode, Password, KeyPairId }: AskedLogin): void {
  if (LoginMode === 'KeyPair') {
    if (KeyPairId === undefined) throw missing('KeyPairId');
    scope.need('keyPair', KeyPairId);
  }
  if (LoginMode !== 'Password') return;
  if (Password === undefined) throw missing('Password');
  checkPassword(Password);
}

/** Id of the pair that a host is logged in to with; empty: with none. */
export function keyPairOf({ LoginMode, KeyPairId = '' }: AskedLogin): string {
  return LoginMode === 'KeyPair' ? KeyPairId : '';
}

/** Another login for a host that is there. */
export function withLogin(scope: Scope, host: Host, asked: AskedLogin): Host {
  const { machine } = host;
  return { ...host, keyPair: keyPairOf(asked), ...(machine ? { machine: { ...machine, ...login(scope, asked) } } : {}) };
}

/** What a real machine needs besides the record; nothing where hosts are records. */
export function newMachine(scope: Scope, asked: AskedLogin): Pick<Host, 'machine'> {
  return scope.machines.real ? { machine: { installs: 1, cutPower: false, ...login(scope, asked) } } : {};
}

/** For the image that follows. */
export function reinstalledMachine({ machine }: Host): Pick<Host, 'machine'> {
  return machine ? { machine: { ...machine, installs: machine.installs + 1, failure: undefined } } : {};
}

export function changedMachine({ machine }: Host, changes: Partial<HostMachine>): Pick<Host, 'machine'> {
  return machine ? { machine: { ...machine, ...changes } } : {};
}

function login(scope: Scope, { LoginMode, Password, KeyPairId = '' }: AskedLogin): Pick<HostMachine, 'passwordHash' | 'publicKey'> {
  if (LoginMode === 'KeyPair') return { passwordHash: LOCKED, publicKey: scope.need('keyPair', KeyPairId).publicKey };
  return { passwordHash: Password === undefined || LoginMode !== 'Password' ? '' : passwordHash(Password), publicKey: '' };
}

/** @param encoded base64, as the API takes it. */
function passwordHash(encoded: string): string {
  return hashPassword(Buffer.from(encoded, 'base64').toString('utf8'));
}
