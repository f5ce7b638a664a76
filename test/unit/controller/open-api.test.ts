import { describe, expect, it } from 'vitest';
import { createFreshCache } from '../../../src/controller/fresh-cache.js';
import { openApi } from '../../../src/controller/open-api.js';
import { routes } from '../../../src/controller/routes.js';

describe('the description of the controller', () => {
  it('has every route, with a name of its own', () => {
    const { paths } = openApi('1') as { paths: Record<string, Record<string, { operationId: string; responses: object }>> };
    const all = Object.values(paths).flatMap((methods) => Object.values(methods));
    expect(all).toHaveLength(routes.length);
    expect(new Set(all.map(({ operationId }) => operationId)).size).toBe(routes.length);
    expect(all.every(({ responses }) => '401' in responses)).toBe(true);
  });
});

describe('answers that may be a moment old', () => {
  it('are asked for once, given while they are asked for anew, and to nobody when they are too old', async () => {
    let [now, asked] = [0, 0];
    const cache = createFreshCache(100, () => now);
    const get = (): Promise<number> => cache.get('a', () => Promise.resolve(++asked));
    expect(await Promise.all([get(), get()])).toEqual([1, 1]);
    now = 150;
    expect(await get()).toBe(1);
    await Promise.resolve();
    expect(await get()).toBe(2);
    now = 1000;
    expect(await get()).toBe(3);
  });

  it('are no failures', async () => {
    const cache = createFreshCache(100, () => 0);
    await expect(cache.get('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await cache.get('a', () => Promise.resolve(1))).toBe(1);
  });
});
