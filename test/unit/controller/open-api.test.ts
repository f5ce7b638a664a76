import { describe, expect, it } from 'vitest';
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
