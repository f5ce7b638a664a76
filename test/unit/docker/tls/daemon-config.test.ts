import { describe, expect, test } from 'vitest';
import { configProblem, mergedDaemonConfig, type WantedTls } from '../../../../src/docker/tls/daemon-config.js';
import { thrown } from '../../../helpers/thrown.js';

const WANTED: WantedTls = { listen: { host: '0.0.0.0', port: 2376 }, unitHosts: [], replace: false };
const TLS = {
  tlsverify: true,
  tlscacert: '/etc/docker/tls/ca.pem',
  tlscert: '/etc/docker/tls/server-cert.pem',
  tlskey: '/etc/docker/tls/server-key.pem',
};

const merged = (before: object | string | undefined, more: Partial<WantedTls> = {}) => {
  const { text, remarks } = mergedDaemonConfig(typeof before === 'object' ? JSON.stringify(before) : before, { ...WANTED, ...more });
  return { config: JSON.parse(text) as Record<string, unknown>, text, remarks };
};

describe('daemon.json', () => {
  test('of nobody gets the socket that docker has by itself, and TLS', () => {
    for (const before of [undefined, '', '\n'])
      expect(merged(before).config).toEqual({ hosts: ['unix:///var/run/docker.sock', 'tcp://0.0.0.0:2376'], ...TLS });
  });

  test('keeps what somebody wrote, in its order and with its indentation', () => {
    const before = '{\n\t"registry-mirrors": ["https://mirror.example.com"],\n\t"log-opts": { "max-size": "10m" }\n}\n';
    const { config, text } = merged(before);
    expect(Object.keys(config).slice(0, 2)).toEqual(['registry-mirrors', 'log-opts']);
    expect(config).toMatchObject({ 'registry-mirrors': ['https://mirror.example.com'], 'log-opts': { 'max-size': '10m' } });
    expect(text).toContain('\n\t"log-opts": {\n\t\t"max-size"');
  });

  test('takes over where the unit has docker listen', () => {
    expect(merged({}, { unitHosts: ['fd://'] }).config['hosts']).toEqual(['fd://', 'tcp://0.0.0.0:2376']);
  });

  test('is the same the second time', () => {
    const first = merged({ 'registry-mirrors': [] });
    expect(merged(first.text)).toEqual({ ...first, remarks: [] });
  });

  test('loses the port that stands for no TLS, and says so of it and of others', () => {
    const { config, remarks } = merged({ hosts: ['fd://', 'tcp://0.0.0.0:2375', 'tcp://10.0.0.1:4243'] });
    expect(config['hosts']).toEqual(['fd://', 'tcp://10.0.0.1:4243', 'tcp://0.0.0.0:2376']);
    expect(remarks).toEqual([
      expect.stringContaining('tcp://0.0.0.0:2375 is taken away'),
      expect.stringContaining('tcp://10.0.0.1:4243 stays'),
    ]);
  });

  test('with the store of an old overlay keeps it, and says what comes of it', () => {
    const store = { 'cluster-store': 'consul://192.168.2.20:8500', 'cluster-advertise': '192.168.2.40:2376' };
    const { config, remarks } = merged(store);
    expect(config).toMatchObject(store);
    expect(remarks).toEqual([expect.stringContaining('cluster-store stays')]);
  });

  test.each([
    ['{ "hosts": ', 'daemon-json-invalid'],
    ['[]', 'daemon-json-invalid'],
    ['null', 'daemon-json-invalid'],
    ['{ "hosts": "fd://" }', 'daemon-json-invalid'],
    ['{ "tlscacert": "/root/ca.pem", "tlsverify": true }', 'docker-tls-other'],
  ])('%s is left as it is: %s', async (before, code) => {
    expect(await thrown(() => merged(before))).toMatchObject({ code, next: expect.anything() });
  });

  test('with TLS of somebody else is replaced where that is asked', () => {
    expect(merged({ tlscacert: '/root/ca.pem', tlskey: '/root/key.pem' }, { replace: true }).config).toMatchObject(TLS);
  });

  test.each([
    [undefined, 'there is no /etc/docker/daemon.json'],
    ['{}', 'it does not ask clients for certificates (tlsverify)'],
    ['{"tlsverify":true,"tlscacert":"/root/ca.pem"}', 'tlscacert is "/root/ca.pem"'],
    [JSON.stringify({ ...TLS, hosts: ['fd://'] }), 'none of its hosts is on the network'],
    [JSON.stringify({ ...TLS, hosts: ['tcp://0.0.0.0:2376'] }), undefined],
  ])('%s: %s', (text, problem) => {
    expect(configProblem(text)).toBe(problem);
  });
});
