import { createHash } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../packages/ucloud-emulator/src/server.js';

export type Params = Readonly<Record<string, string | number | boolean>>;
export type Reply = { readonly RetCode: number; readonly Message?: string } & Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- answers are asserted on, field by field

export interface EmulatedCloud extends Emulator {
  /** Signs, posts a form, parses. Region and project are the emulator's own unless given. */
  call(action: string, params?: Params, keys?: Keys): Promise<Reply>;
  /** The same, and fails when the answer is no. */
  ok(action: string, params?: Params): Promise<Reply>;
  control(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly body: any }>; // eslint-disable-line @typescript-eslint/no-explicit-any -- as above
}

export interface Keys {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** An emulator of the running test's own, closed when the test ends. */
export async function emulatedCloud(options: EmulatorOptions = {}): Promise<EmulatedCloud> {
  const bugs: unknown[] = [];
  const emulator = await startEmulator({ onBug: (error) => void bugs.push(error), ...options });
  onTestFinished(async () => {
    await emulator.close();
    if (bugs.length > 0) throw bugs[0];
  });
  return clientOf(emulator);
}

export function clientOf(emulator: Emulator): EmulatedCloud {
  const call = async (action: string, params: Params = {}, keys: Keys = emulator.credentials): Promise<Reply> => {
    const response = await fetch(emulator.url, {
      method: 'POST',
      body: new URLSearchParams(signedForm(emulator, { action, params, keys })),
    });
    return (await response.json()) as Reply;
  };
  const ok = async (action: string, params: Params = {}): Promise<Reply> => {
    const reply = await call(action, params);
    if (reply.RetCode !== 0) throw new Error(`${action} answered ${reply.RetCode}: ${reply.Message}`);
    return reply;
  };
  const control = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${emulator.url}/_emulator${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };
  return Object.assign(Object.create(emulator) as Emulator, { call, ok, control });
}

export function signedForm(
  emulator: Emulator,
  { action, params = {}, keys = emulator.credentials }: { action: string; params?: Params; keys?: Keys },
): Record<string, string> {
  const { region, projectId } = emulator.credentials;
  const all: Record<string, string> = { Action: action, Region: region, ProjectId: projectId, PublicKey: keys.publicKey };
  for (const [name, value] of Object.entries(params)) all[name] = String(value);
  return { ...all, Signature: sign(all, keys.privateKey) };
}

/** Written a second time on purpose: a mistake in the emulator's own signature can not hide here. */
export function sign(params: Readonly<Record<string, string>>, privateKey: string): string {
  const names = Object.keys(params).sort();
  return createHash('sha1')
    .update(names.map((name) => name + params[name]).join('') + privateKey)
    .digest('hex');
}
