import { expect, test } from 'vitest';
import { backendsFor } from '../../../../src/machines/balancers/route-request.js';

const routes = [
  { type: 'Path', match: '/api', backends: ['api'] },
  { type: 'Domain', match: 'shop.example', backends: ['shop'] },
  { type: 'Domain', match: '*.shop.example', backends: ['below'] },
];

test.each([
  ['shop.example', '/', 'shop'],
  ['SHOP.example:8443', '/cart', 'shop'],
  ['a.shop.example', '/', 'below'],
  ['notshop.example', '/', undefined],
  ['shop.example', '/api/v1?x=/', 'api'],
  ['other.example', '/?next=/api', undefined],
])('%s%s', (host, path, backend) => {
  expect(backendsFor(routes, { host, path })?.[0]).toBe(backend);
});
