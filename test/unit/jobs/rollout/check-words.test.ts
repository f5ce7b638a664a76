import { expect, it } from 'vitest';
import { asked, checkName, oneLine } from '../../../../src/jobs/rollout/check-words.js';

it.each([
  [{ Name: 'a', Type: 'http', Path: '/health' }, '10.0.0.1:80', 'http://10.0.0.1:80/health'],
  [{ Name: 'a', Type: 'http', Path: '/health', Protocol: 'https', Method: 'POST' }, '10.0.0.1:80', 'POST https://10.0.0.1:80/health'],
  [{ Name: 'a', Type: 'tcp' }, '10.0.0.1:80', 'tcp 10.0.0.1:80'],
  [{ Name: 'a', Type: 'tcp' }, undefined, 'tcp no address yet'],
  [{ Name: 'a', Type: 'grpc', GRPCService: 'health' }, '10.0.0.1:80', 'grpc 10.0.0.1:80/health'],
  [{ Name: 'a', Type: 'script', Command: '/bin/check', Args: ['-v'], TaskName: 'main' }, undefined, '/bin/check -v in task main'],
])('a check asks %j', (check, place, words) => {
  expect(asked(check, place)).toBe(words);
});

it('an answer is one line, without the marks of a page', () => {
  expect(oneLine('404 <html><style>p { color: red }</style>\n<h1>Not\n found</h1></html>')).toBe('404 Not found');
  expect(oneLine('x'.repeat(500))).toBe(`${'x'.repeat(160)} ...`);
});

it.each([
  ['front page', 'check "front page"'],
  ['service: "web" check', 'check service: "web" check'],
])('%s is named without quotes in quotes', (name, words) => {
  expect(checkName(name)).toBe(words);
});
