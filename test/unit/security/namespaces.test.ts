import { expect, it, test } from 'vitest';
import { claimOf, withClaim } from '../../../src/security/acl/claimed-namespaces.js';
import { servicesAfter } from '../../../src/security/access/namespaces.js';

it('keeps what is its own with the namespace, and all else as it was', () => {
  const before = { Name: 'team', Description: 'd', Meta: { owner: 'ada' }, Quota: 'q' };
  const after = withClaim(before, ['shop', 'web']);
  expect(after).toEqual({ ...before, Meta: { owner: 'ada', 'nomadctl-services': 'shop,web' } });
  expect(claimOf(after)).toEqual({ namespace: 'team', services: ['shop', 'web'] });
  expect(claimOf(withClaim(before, []))).toEqual({ namespace: 'team', services: [] });
});

it('claims nothing for default, nor for a namespace that somebody made without us', () => {
  expect(claimOf({ Name: 'team', Description: '' })).toBeUndefined();
  expect(claimOf({ Name: 'team', Description: '', Meta: null })).toBeUndefined();
  expect(claimOf(withClaim({ Name: 'default', Description: '' }, ['web']))).toBeUndefined();
});

test.each([
  [['a'], { services: ['b'] }, ['a', 'b']],
  [['a', 'b'], { released: ['a'] }, ['b']],
  [['b'], { services: ['a', 'b'], released: ['c'] }, ['a', 'b']],
  [['a'], {}, ['a']],
])('of %j and %j come %j', (before, wanted, after) => {
  expect(servicesAfter(before, { name: 'team', ...wanted })).toEqual(after);
});
