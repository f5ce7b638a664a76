import { expect, test } from 'vitest';
import { refusalOf, saidIn } from '../../../../src/bootstrap/kubernetes/kubectl-refusals.js';
import { hintLine } from '../../../helpers/hint-line.js';

const place = { context: 'tools', namespace: 'nomadctl-prod' };

/** As kubectl 1.32 and 1.34 wrote it to standard error, against a server of 1.34. */
const SAID: readonly (readonly [said: string, code: string, message: string, next: RegExp])[] = [
  ['error: current-context must exist in order to minify', 'kube-context-unknown', 'kubectl has no current context', /get-contexts/],
  ['error: current-context is not set', 'kube-context-unknown', 'kubectl has no current context', /--context/],
  ['error: cannot locate context zz', 'kube-context-unknown', 'kubectl has no context zz', /get-contexts/],
  [
    'Error in configuration: context was not found for specified context: zz',
    'kube-context-unknown',
    'kubectl has no context zz',
    /--context/,
  ],
  [
    'error: error loading config file "/home/me/.kube/config": yaml: line 1: did not find expected node content',
    'kube-config-damaged',
    'kubectl cannot read /home/me/.kube/config',
    /KUBECONFIG/,
  ],
  [
    [
      'E1130 12:33:51.206882   23878 memcache.go:265] "Unhandled Error" err="couldn\'t get current server API group list: connect: connection refused"',
      'The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?',
    ].join('\n'),
    'kube-silent',
    'Kubernetes of context tools does not answer',
    /kubectl --context tools cluster-info/,
  ],
  [
    'Unable to connect to the server: dial tcp: lookup nohost.invalid on 192.0.2.53:53: no such host',
    'kube-silent',
    'Kubernetes of context tools does not answer',
    /cluster-info/,
  ],
];

test.each(SAID)('%s', (said, code, message, next) => {
  const error = refusalOf({ stderr: said }, place);
  expect([error.code, error.message]).toEqual([code, message]);
  expect(hintLine(error.next)).toMatch(next);
  expect(error.why.join('\n')).not.toMatch(/Unhandled Error/);
  expect(error.why.length).toBeGreaterThan(0);
});

test('what is not known is told as it was said, without the log around it', () => {
  const stderr = 'W0101 00:00:00.1 1 x.go:1] warning\n\nError from server (Gone): what\n';
  expect(refusalOf({ stderr }, place)).toMatchObject({ code: 'kubectl-failed', why: ['Error from server (Gone): what'] });
  expect(saidIn('')).toEqual([]);
});
