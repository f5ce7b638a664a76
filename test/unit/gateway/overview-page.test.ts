import { expect, test } from 'vitest';
import type { Overview } from '../../../src/gateway/overview.js';
import { overviewPage } from '../../../src/gateway/pages/overview-page.js';

const links = { nomad: 'http://nomad.x.localhost:1/ui/', consul: 'http://consul.x.localhost:1/' };
const node = { name: 'server-1', address: '127.0.0.1', agents: [{ name: 'nomad', state: 'running' }], nomad: 'leader', isWell: true };
const job = { id: 'web', namespace: 'default', type: 'service', status: 'running', running: '2 of 2', isWell: true };
const well: Overview = {
  cluster: 'dev',
  place: 'on this computer, 1 server',
  nodes: [node],
  consulLeader: 'server-1',
  nomadLeader: 'server-1',
  jobs: [job],
  endingCertificates: [],
  remarks: [],
  cautions: [],
};
const page = (more: Partial<Overview> = {}): string => overviewPage({ ...well, ...more }, links);

test('a cluster that is well says so', () => {
  expect(page()).toContain('All is well');
  expect(page()).toContain('<a href="http://nomad.x.localhost:1/ui/jobs/web%40default">web</a>');
  expect(page()).toMatch(/server-1 .*Consul leader.*Nomad leader/s);
});

test.each<[string, Partial<Overview>]>([
  ['Nomad has no leader', { nomadLeader: undefined }],
  ['Consul has no leader', { consulLeader: undefined }],
  ['1 of 2 nodes not well', { nodes: [node, { ...node, name: 'client-1', isWell: false }] }],
  ['1 of 1 jobs not well', { jobs: [{ ...job, isWell: false }] }],
  ['the cluster is down', { nodes: [], jobs: undefined }],
  ['2 remarks', { remarks: ['client-9 is missing', 'another'] }],
  ['Nomad does not answer', { jobs: undefined }],
])('%s', (words, more) => {
  expect(page(more)).toContain(words);
});

test('risks and certificates are told, and make nothing unwell', () => {
  const told = page({ cautions: ['everybody may use it'], endingCertificates: ['The certificate of x ends in 3 d 1 h, on 2026-01-01'] });
  expect(told).toContain('<li>everybody may use it</li>');
  expect(told).toContain('<li>The certificate of x ends in 3 d 1 h');
  expect(told).toContain('All is well');
});

test('what others chose is text, wherever it stands', () => {
  const nasty = `<script>alert(1)</script>"'&`;
  const told = page({
    nodes: [{ ...node, name: nasty, address: nasty, nomad: nasty, agents: [{ name: nasty, state: nasty }] }],
    jobs: [{ ...job, id: nasty, namespace: nasty, status: nasty }],
    remarks: [nasty],
    cluster: nasty,
    place: nasty,
  });
  expect(told).not.toMatch(/<script>|<script[^>]*>[^<]/);
  expect(told).not.toContain(`"'&`);
  expect(told).toContain('&lt;script&gt;');
});

test('nothing is taken from elsewhere, no style or script stands in the page, and all of it is ASCII', () => {
  const told = page({ remarks: ['x'] });
  expect(
    [...told.matchAll(/(?:src|href)="([^"]*)"/g)]
      .map(([, address]) => address)
      .filter((address) => !/^\/|^http:\/\/(nomad|consul)\.x\.localhost:1\//.test(address ?? '')),
  ).toEqual([]);
  expect(told).not.toMatch(/<style|style=| on\w+=/);
  expect(told).toMatch(/^[\x00-\x7f]*$/);
});
