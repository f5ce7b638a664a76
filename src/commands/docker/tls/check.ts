import { nomadctl } from '@nomadctl/base/hint/hint';
import { formatTable, tableLook } from '@nomadctl/base/table';
import { engineFacts } from '../../../docker/engine-facts.js';
import { checkTls, type TlsCheck } from '../../../docker/tls/check-tls.js';
import { recordEngine } from '../../../docker/tls/engine-records.js';
import { requireAuthority } from '../../../docker/tls/engine-authority.js';
import { keptFiles } from '../../../docker/tls/kept-files.js';
import type { Style } from '../../../ui/ui.js';
import { wordOf, type Command } from '../../command.js';
import { nodeArgument, withEngineHost } from '../engine-host.js';

export const command: Command = {
  arguments: [nodeArgument],
  examples: ['nomadctl docker tls check', 'nomadctl docker tls check client-1', 'nomadctl docker tls check --json'],
  about: [
    'Looks at the files and their rights, at what the certificate names and how long, and for an open port 2375; then asks the engine as its client,',
    'and as strangers would: without a certificate, and without TLS. Exits with 1 when something is not as it should be.',
  ].join(' '),
  async run(input, ctx) {
    const { clock, paths, redact, signal, ui } = ctx;
    const files = keptFiles(paths);
    const authority = await requireAuthority({ files, redact });
    return withEngineHost(input, ctx, async ({ name, shell, isHere, engine, reachedAt = [] }) => {
      const facts = await engineFacts(shell, name);
      await recordEngine(files, engine, facts.certificate);
      const from = isHere ? ['127.0.0.1', ...facts.addresses] : reachedAt;
      const checks = await checkTls({ facts, authority, files, reachedAt: from, now: clock.now(), redact, signal });
      const wrong = checks.filter(({ ok }) => ok === false);
      const rows = checks.map((check) => [mark(check, ui.style), check.title, check.found]);
      const node = wordOf(input, 'node');
      return {
        data: { host: name, ok: wrong.length === 0, checks: checks.map(({ ok, ...check }) => ({ ...check, ok: ok ?? null })) },
        text: [
          formatTable([{ title: '' }, { title: 'what' }, { title: 'found', wraps: true }], rows, tableLook(ui)),
          '',
          wrong.length === 0
            ? `Docker on ${name} has TLS as it should.`
            : `Not as it should be: ${wrong.map(({ title }) => title).join('; ')}`,
        ].join('\n'),
        next:
          wrong.length === 0 ? undefined : nomadctl`docker tls ${wrong.some(({ id }) => id === 'config') ? 'install' : 'renew'} ${node}`,
        exitCode: wrong.length === 0 ? 0 : 1,
      };
    });
  },
};

function mark({ ok }: TlsCheck, style: Style): string {
  if (ok === undefined) return style.dim('unasked');
  return ok ? style.good('ok') : style.bad('WRONG');
}
