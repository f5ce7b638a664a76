import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFile } from 'node:fs/promises';
import { assertType, describe, expect, expectTypeOf, it, onTestFinished } from 'vitest';
import { createHttp } from '../../../src/clients/http.js';
import { renderClusterFile, type ClusterFileContent } from '../../../src/config/render-cluster-file.js';
import { fingerprintOf } from '../../../src/engine/fingerprint.js';
import { openJournal, type JournalData } from '../../../src/engine/journal.js';
import { openRunLog } from '../../../src/engine/run-log.js';
import { stepsFor, type StepIo, type StepResult } from '../../../src/engine/step.js';
import type { OptionValue } from '../../../src/options/option.js';
import { renderTemplate, type TemplateRequest } from '../../../src/render/template-engine.js';
import type { RootValues } from '../../../src/terraform/render-root.js';
import { createExec, type Exec } from '../../../src/tools/exec.js';
import { packerEnv, type PackerRun } from '../../../src/tools/packer.js';
import type { Ui } from '../../../src/ui/ui.js';
import type { Json } from '../../../packages/base/src/json.js';
import type { NomadctlError } from '../../../packages/base/src/errors.js';
import { Secret, type WithoutSecrets } from '../../../packages/base/src/secret/secret.js';
import { createTestContext } from '../../helpers/test-context.js';
import { secretOf } from '../../helpers/secret-values.js';

/*
 * Where a secret must not go: each place refuses the type, and where somebody forces it in all the same, a mask arrives. The
 * refusals are checked by `npm run typecheck`: a `@ts-expect-error` without an error is one.
 */

const VALUE = 'the-private-key';
const secret = secretOf(VALUE);
/** As somebody would who does not care about types. */
const forced = secret as unknown as string;

describe('no type takes a secret', () => {
  it('that stands for text: argv, log lines, output, titles, messages', () => {
    expectTypeOf<Secret>().not.toExtend<string>();
    expectTypeOf<Secret>().not.toExtend<Parameters<Exec['run']>[1][number]>();
    expectTypeOf<Secret>().not.toExtend<Parameters<Exec['attach']>[1][number]>();
    expectTypeOf<Secret>().not.toExtend<Parameters<Exec['detach']>[1][number]>();
    expectTypeOf<Secret>().not.toExtend<PackerRun['vars'][string]>();
    expectTypeOf<Secret>().not.toExtend<Parameters<StepIo['line']>[0]>();
    expectTypeOf<Secret>().not.toExtend<Parameters<StepIo['log']>[0]>();
    expectTypeOf<Secret>().not.toExtend<Parameters<Ui['write']>[0]>();
    expectTypeOf<Secret>().not.toExtend<Parameters<Ui['warn']>[0]>();
    expectTypeOf<Secret>().not.toExtend<NomadctlError['why'][number]>();
    const exec = createExec({});
    // @ts-expect-error -- argv is seen by every process of the computer
    const run = () => exec.run('true', ['--key', secret]);
    expect(run).toBeTypeOf('function');
  });

  it('that stands for data: templates, values of a root, inputs of a step, settings', () => {
    expectTypeOf<Secret>().not.toExtend<Json>();
    expectTypeOf<{ key: Secret }>().not.toExtend<Json>();
    expectTypeOf<Secret[]>().not.toExtend<Json>();
    expectTypeOf<{ key: Secret }>().not.toExtend<TemplateRequest['values']>();
    expectTypeOf<{ key: Secret }>().not.toExtend<RootValues>();
    expectTypeOf<{ key: Secret }>().not.toExtend<Parameters<typeof fingerprintOf>[0]>();
    expectTypeOf<Secret>().not.toExtend<OptionValue>();
    expectTypeOf<{ key: Secret }>().not.toExtend<ClusterFileContent['values']>();
    // @ts-expect-error -- what a template renders lies in files that others read
    const render = () => renderTemplate({ file: 't', text: '{{key}}', values: { key: secret } });
    expect(render).toBeTypeOf('function');
  });

  it('of the journal: neither its state nor what a step hands on', () => {
    expectTypeOf<Secret>().not.toExtend<JournalData['state'][string]>();
    expectTypeOf<WithoutSecrets<{ deep: { list: Secret[] } }>['deep']['list'][number]>().toBeNever();
    expectTypeOf<WithoutSecrets<{ name: string; ports: readonly number[] }>>().toEqualTypeOf<{
      name: string;
      ports: readonly number[];
    }>();
    // @ts-expect-error -- a state with a secret in it is nobody's state
    stepsFor<object, { readonly token: Secret }>();
    // @ts-expect-error -- however deep
    stepsFor<object, { readonly hosts: readonly { readonly name: string; readonly token?: Secret }[] }>();
    const { defineStep } = stepsFor<object, { readonly token: string }>();
    // @ts-expect-error -- nor does a step hand one on
    defineStep({ id: 'a', title: 'a', run: async () => ({ state: { token: secret } }) });
    // @ts-expect-error -- nor is one an input
    defineStep({ id: 'b', title: 'b', inputs: () => ({ secret }), run: async () => {} });
    // @ts-expect-error -- nor are its words beside the title
    assertType<StepResult<object>>({ detail: secret });
  });

  it('but a text does not pass for a secret either', () => {
    expectTypeOf<string>().not.toExtend<Secret>();
    expectTypeOf<{ equals(other: Secret): boolean; toString(): string; toJSON(): string }>().not.toExtend<Secret>();
  });
});

describe('whoever forces it in writes a mask', () => {
  it('into argv', async () => {
    const { stdout } = await createExec(process.env).run('echo', [String(secret), `--key=${secret}`]);
    expect(stdout).toBe('[redacted] --key=[redacted]');
    const bare = await createExec(process.env)
      .run('echo', [forced])
      .then(({ stdout: out }) => out, String);
    expect(bare).not.toContain(VALUE);
  });

  it('into a template', () => {
    const text = renderTemplate({ file: 't', text: '{{key}} {{hcl key}} {{json key}}', values: { key: forced } });
    expect(text).toBe('[redacted] [redacted] "[redacted]"');
  });

  it('into the journal and the fingerprint of inputs', async () => {
    const { paths } = await createTestContext();
    const { journal: path } = paths.cluster('prod');
    const journal = await openJournal(path, 'prod');
    await journal.update((data) => void (data.state['token'] = forced));
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ state: { token: '[redacted]' } });
    expect(fingerprintOf({ key: forced })).toEqual(fingerprintOf({ key: secretOf('another') as unknown as string }));
  });

  it('into the cluster file', () => {
    const text = renderClusterFile(
      { name: 'prod', target: 'local', values: { datacenter: forced } },
      { datacenter: { kind: 'text', summary: 's' } },
    );
    expect(text).not.toContain(VALUE);
  });

  it('into a log', async () => {
    const ctx = await createTestContext();
    const { logs } = ctx.paths.cluster('prod');
    const log = await openRunLog(logs, 'run', ctx.redact);
    log.write('step', `with ${secret}`);
    await log.close();
    expect(await readFile(`${log.dir}/step.log`, 'utf8')).toContain('with [redacted]');
  });
});

describe('a door opens it', () => {
  it("into a child's environment, which is still closed on the way there", async () => {
    const env = packerEnv({ PATH: process.env['PATH'] }, { UCLOUD_PRIVATE_KEY: secret });
    expect(JSON.stringify(env)).not.toContain(VALUE);
    const { stdout } = await createExec(process.env).run('/bin/sh', ['-c', 'echo "$UCLOUD_PRIVATE_KEY"'], { env });
    expect(stdout).toBe(VALUE);
  });

  it('into the header of a request', async () => {
    const heard: unknown[] = [];
    const server = createServer((request, response) => {
      heard.push(request.headers['x-nomad-token']);
      response.end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close().closeAllConnections());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const http = createHttp({ name: 'Nomad', url, indexHeader: 'x-nomad-index', headers: { 'X-Nomad-Token': secret } });
    expect(JSON.stringify(http)).not.toContain(VALUE);
    await http.send({ path: '/v1/agent/self' });
    expect(heard).toEqual([VALUE]);
  });
});
