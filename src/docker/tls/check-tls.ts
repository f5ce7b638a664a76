import type { Redactor } from '@nomadctl/base/redact';
import { askEngine, type EngineAnswer } from '../../clients/docker/ask-engine.js';
import { certificateProblem, lifeOf } from '../../security/authority/certificate-standing.js';
import { certificatesIn } from '../../security/authority/certificates-in.js';
import { PLAIN_PORT, type EngineFacts } from '../engine-facts.js';
import { configProblem, configuredHosts, DAEMON_JSON, ENGINE_TLS } from './daemon-config.js';
import type { EngineAuthority } from './engine-authority.js';
import { identityOf } from './engine-client.js';
import { OPERATOR, type KeptFiles } from './kept-files.js';
import { namesIn } from './names-in.js';
import { tcpHostIn } from './tcp-host.js';

/** One thing that was looked at. `ok` is undefined for what could not be looked at from here. */
export interface TlsCheck {
  readonly id: string;
  readonly title: string;
  readonly ok: boolean | undefined;
  readonly found: string;
}

export interface CheckRequest {
  readonly facts: EngineFacts;
  readonly authority: EngineAuthority;
  readonly files: KeptFiles;
  /** Addresses at which the engine may be reached from here. */
  readonly reachedAt: readonly string[];
  readonly now: number;
  readonly redact: Redactor;
  readonly signal: AbortSignal;
}

/** Looks at an engine's files, and asks it as its clients would, and as strangers would. */
export async function checkTls(request: CheckRequest): Promise<TlsCheck[]> {
  const { facts } = request;
  return [
    openCheck(facts),
    configCheck(facts),
    certificateCheck(request),
    trustCheck(request),
    rightsCheck(facts),
    ...(await answerChecks(request)),
  ];
}

function openCheck({ open }: EngineFacts): TlsCheck {
  const found =
    open.length === 0 ? 'nobody answers there' : `answers everybody at ${open.join(', ')}: whoever reaches it is root on this host`;
  return { id: 'open', title: `Port ${PLAIN_PORT}, without TLS`, ok: open.length === 0, found };
}

function configCheck({ daemonJson }: EngineFacts): TlsCheck {
  const problem = configProblem(daemonJson);
  return {
    id: 'config',
    title: DAEMON_JSON,
    ok: problem === undefined,
    found: problem ?? 'TLS, and certificates of clients are asked for',
  };
}

function certificateCheck({ facts, authority, now }: CheckRequest): TlsCheck {
  const title = "The engine's certificate";
  if (facts.certificate === undefined) return { id: 'certificate', title, ok: false, found: `there is no ${ENGINE_TLS.certificate}` };
  const [leaf = ''] = certificatesIn(facts.certificate);
  // What it names is compared with what the host says of itself; more than that does no harm.
  const names = namesIn(leaf);
  const problems = certificatesIn(authority.trusted).map((signer) => certificateProblem(leaf, { authority: signer, names, now }));
  const why = problems.includes(undefined) ? undefined : problems[0];
  const named = [...names.dns, ...names.ip];
  const missing = [facts.hostname, '127.0.0.1', ...facts.addresses].filter((name) => !named.includes(name));
  const until = lifeOf(leaf)?.until;
  const days = until === undefined ? '' : `, for ${Math.floor((until - now) / DAY_MS)} days`;
  const found =
    why ??
    (missing.length > 0
      ? `it does not name ${missing.join(', ')}, so clients refuse the engine there`
      : `names ${named.join(', ')}${days}`);
  return { id: 'certificate', title, ok: why === undefined && missing.length === 0, found };
}

const DAY_MS = 24 * 3600 * 1000;

function trustCheck({ facts: { trusted }, authority }: CheckRequest): TlsCheck {
  const title = 'Whom the engine trusts';
  if (trusted === authority.trusted) return { id: 'trust', title, ok: true, found: 'clients of the authority that is kept here' };
  const own = trusted !== undefined && certificatesIn(authority.trusted).some((one) => trusted.includes(one));
  return {
    id: 'trust',
    title,
    ok: own,
    found: own
      ? 'an authority of ours that is older: docker tls renew brings the one of now'
      : trusted === undefined
        ? `there is no ${ENGINE_TLS.ca}`
        : 'another authority than the one that is kept here',
  };
}

const RIGHTS: readonly (readonly [string, string])[] = [
  [ENGINE_TLS.key, '400'],
  [ENGINE_TLS.certificate, '444'],
  [ENGINE_TLS.ca, '444'],
];

function rightsCheck({ rights }: EngineFacts): TlsCheck {
  const wrong = RIGHTS.flatMap(([path, mode]) => {
    const found = rights.find((one) => one.path === path);
    if (found === undefined) return [`${path} is not there`];
    return found.mode === mode && found.owner === 'root:root' ? [] : [`${path} is ${found.mode} ${found.owner} and not ${mode} root:root`];
  });
  return {
    id: 'rights',
    title: 'Rights of the files',
    ok: wrong.length === 0,
    found: wrong.join('; ') || 'keys 400, certificates 444, all of root',
  };
}

/** As a client, without a certificate, and without TLS, at each address that is reached from here. */
async function answerChecks({ facts, authority, files, reachedAt, redact, signal }: CheckRequest): Promise<TlsCheck[]> {
  const listens = (configuredHosts(facts.daemonJson) ?? []).flatMap((host) => tcpHostIn(host) ?? []);
  const checks: TlsCheck[] = [];
  for (const { host: address, port } of listens) {
    for (const host of address === '0.0.0.0' ? reachedAt : [address]) {
      const at = `${host}:${port}`;
      const identity = await identityOf(files.client(OPERATOR), redact);
      const ca = authority.trusted;
      const [own, nameless, plain] = await Promise.all([
        askEngine({ host, port }, { ca, ...(identity ? { identity } : {}), signal }),
        askEngine({ host, port }, { ca, signal }),
        askEngine({ host, port }, { signal }),
      ]);
      checks.push(ownCheck(at, own), refusalCheck(at, 'without a certificate', nameless), refusalCheck(at, 'without TLS', plain));
    }
  }
  return checks;
}

function ownCheck(at: string, answer: EngineAnswer): TlsCheck {
  const check = { id: `answers-${at}`, title: `${at}, as ${OPERATOR}` };
  if ('version' in answer) return { ...check, ok: true, found: `docker ${answer.version}` };
  if ('silent' in answer) return { ...check, ok: undefined, found: `not reached from here: ${answer.silent}` };
  return { ...check, ok: false, found: answer.refused };
}

function refusalCheck(at: string, how: string, answer: EngineAnswer): TlsCheck {
  const check = { id: `refuses-${at}-${how.replaceAll(' ', '-')}`, title: `${at}, ${how}` };
  if ('version' in answer) return { ...check, ok: false, found: `docker ${answer.version}: it answers everybody` };
  if ('silent' in answer) return { ...check, ok: undefined, found: 'not reached from here' };
  return { ...check, ok: true, found: `refused: ${answer.refused}` };
}
