import { describe, expect, it } from 'vitest';
import { tenantName } from '../../../src/tenants/tenant-name.js';
import { thrown } from '../../helpers/thrown.js';

describe('the name of a tenant', () => {
  it.each(['shop', 'a', 'shop-2', 'a'.repeat(30)])('may be %s', (name) => {
    expect(tenantName(name)).toBe(name);
  });

  it.each(['', 'Shop', '2nd', 'shop-', '-shop', 'a--b', 'läden', 'a b', '../x', 'a'.repeat(31), 'default', 'nomadctl'])(
    'may not be "%s", with a way out',
    async (name) => {
      const error = await thrown(() => tenantName(name));
      expect(error).toMatchObject({ code: 'tenant-name-invalid', exitCode: 2 });
      expect((error as { next?: unknown }).next).toBeDefined();
    },
  );
});
