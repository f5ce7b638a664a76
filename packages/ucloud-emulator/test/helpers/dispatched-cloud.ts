import { onTestFinished } from 'vitest';
import { sign, type Keys, type Params, type Reply } from '../../../../test/helpers/emulated-cloud.js';
import type { Cloud } from '../../src/cloud/cloud.js';
import { openCloud, type EmulatorOptions } from '../../src/cloud/open-cloud.js';
import { dispatch, refuse } from '../../src/http/dispatch.js';
import { parseRequest } from '../../src/http/read-request.js';
import { Refusal } from '../../src/params/refusal.js';
import { noMachines, type MachineLimits } from '../../src/scope/machines.js';

/** An emulated cloud without its server: requests are read, signed, dispatched and answered within a call. Its clock stands still. */
export interface DispatchedCloud extends Cloud {
  readonly zone: string;
  readonly project: string;
  /** `undefined` leaves out what every request has otherwise: `Region`, `ProjectId`, `PublicKey`, `Signature`. */
  call(action: string, params?: Readonly<Record<string, Params[string] | undefined>>): Reply;
  /** The same, and fails when the answer is no. */
  ok(action: string, params?: Params): Reply;
  send(body: string, contentType?: string): Reply;
}

export interface DispatchedOptions extends EmulatorOptions {
  /** What this computer can not do. Default: hosts are records. */
  readonly limits?: Partial<MachineLimits>;
  /** Default: the first key of the first account. */
  readonly keys?: Keys;
}

export async function dispatchedCloud({ limits, keys, ...options }: DispatchedOptions = {}): Promise<DispatchedCloud> {
  const bugs: unknown[] = [];
  const opened = await openCloud({ timeScale: 0, onBug: (error) => void bugs.push(error), ...options });
  onTestFinished(async () => {
    await opened.store.close();
    if (bugs.length > 0) throw bugs[0];
  });
  const cloud: Cloud = limits ? { ...opened, machines: { ...noMachines, limits: { ...noMachines.limits, ...limits } } } : opened;
  const [account] = cloud.accounts;
  const signer = keys ?? account!.keys[0]!;
  const project = account!.projects[0]!.id;
  const send = (body: string, contentType = 'application/x-www-form-urlencoded'): Reply => {
    try {
      const request = parseRequest({ method: 'POST', query: '', contentType, body });
      const effects = cloud.faults.strike(request.action ?? '', request.params);
      return JSON.parse(String(dispatch(request, cloud, effects).json)) as Reply;
    } catch (error) {
      if (error instanceof Refusal) return JSON.parse(String(refuse(error.retCode, error.message).json)) as Reply;
      throw error;
    }
  };
  const call: DispatchedCloud['call'] = (action, params = {}) => {
    const all = { Action: action, Region: 'cn-bj2', ProjectId: project, PublicKey: signer.publicKey, ...params };
    const texts = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as const]));
    const form = Object.fromEntries(texts);
    const Signature = 'Signature' in params ? params['Signature'] : sign(form, signer.privateKey);
    return send(new URLSearchParams(Signature === undefined ? form : { ...form, Signature: String(Signature) }).toString());
  };
  const ok = (action: string, params: Params = {}): Reply => {
    const reply = call(action, params);
    if (reply.RetCode !== 0) throw new Error(`${action} answered ${reply.RetCode}: ${reply.Message}`);
    return reply;
  };
  return { ...cloud, zone: 'cn-bj2-02', project, call, ok, send };
}
