import { describe, expect, it } from 'vitest';
import { balancers } from '../../../src/discovery/balancers/index.js';

const never = (): Promise<string> => Promise.reject(new Error('nobody should have been asked'));

describe('nginx', () => {
  it('is asked for one part after the other, until there is none', async () => {
    const asked: string[] = [];
    const parts = ['127.0.0.2:1 127.0.0.2:2 \n', '127.0.0.3:1 \n', '\n'];
    const upstream = await balancers.nginx.upstream('shop', (path) => Promise.resolve(parts[asked.push(path) - 1] ?? '\n'));
    expect(upstream).toEqual(['127.0.0.2:1', '127.0.0.2:2', '127.0.0.3:1']);
    expect(asked).toEqual(['/-/upstream?part=0', '/-/upstream?part=1', '/-/upstream?part=2']);
  });

  it('is told its service', () => expect(balancers.nginx.follow('shop')).toEqual(['service=shop']));
});

describe('haproxy', () => {
  /** Lines of haproxy 2.6, with the fields between left out. */
  const statistics = [
    '# pxname,svname,status,last_chk,addr,cookie,',
    'http,FRONTEND,OPEN,,,,',
    'instances,i1,UP,,127.0.0.2:21000,,',
    'instances,i2,DOWN,"Layer4 ""refused"", at once",127.0.0.2:21001,,',
    'instances,i3,UP 1/3,,127.0.0.3:21002,,',
    'instances,i4,MAINT (resolution),,,,',
    'instances,BACKEND,UP,,,,',
    '',
  ].join('\n');

  it('serves who is up, wherever the fields are', async () => {
    expect(await balancers.haproxy.upstream('shop', () => Promise.resolve(statistics))).toEqual(['127.0.0.2:21000', '127.0.0.3:21002']);
  });

  it('that tells no addresses is no answer', async () => {
    await expect(balancers.haproxy.upstream('shop', () => Promise.resolve('<html>'))).rejects.toThrow('its statistics have no addresses');
  });
});

describe('fabio', () => {
  const routes = [
    { service: 'shop', dst: 'http://127.0.0.2:1/' },
    { service: 'shop', dst: 'http://127.0.0.2:1/' },
    { service: 'other', dst: 'http://127.0.0.2:3/' },
  ];

  it('serves the destinations of the service, each once; without routes it says null', async () => {
    expect(await balancers.fabio.upstream('shop', () => Promise.resolve(JSON.stringify(routes)))).toEqual(['127.0.0.2:1']);
    expect(await balancers.fabio.upstream('shop', () => Promise.resolve('null'))).toEqual([]);
  });

  it('is asked for a host that a tag has', () => {
    const host = balancers.fabio.host;
    expect(host?.(['live', 'urlprefix-shop.example:9999/cart strip=/cart'])).toBe('shop.example:9999');
    expect(host?.(['urlprefix-/cart', 'urlprefix-:5432 proto=tcp'])).toBeUndefined();
  });
});

it.each(Object.entries(balancers))('%s says what failed', async (_name, { upstream }) => {
  await expect(upstream('shop', never)).rejects.toThrow('nobody should have been asked');
});
