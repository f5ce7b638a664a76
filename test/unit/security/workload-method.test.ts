import { describe, expect, it } from 'vitest';
import { isSameMethod, workloadMethod } from '../../../src/security/acl/workload-method.js';

const fetched = workloadMethod({ url: 'https://127.0.64.1:4646/.well-known/jwks.json', ca: 'PEM' });
const told = workloadMethod({ keys: ['two', 'one'] });

describe('how workloads log in to Consul', () => {
  it('sets no limit to their tokens, which services would lose while they run (nomad#20159)', () => {
    for (const method of [fetched, told]) expect(method).not.toHaveProperty('MaxTokenTTL');
    expect(isSameMethod({ ...fetched, MaxTokenTTL: '0s' }, fetched)).toBe(true);
    expect(isSameMethod({ ...fetched, MaxTokenTTL: '1h0m0s' }, fetched)).toBe(false);
  });

  it('is by keys that Consul fetches, or by keys that it is told, and never by both', () => {
    expect(fetched.Config).toMatchObject({ JWKSURL: expect.stringContaining('jwks.json'), JWKSCACert: 'PEM' });
    expect(fetched.Config).not.toHaveProperty('JWTValidationPubKeys');
    expect(told.Config).toMatchObject({ JWTValidationPubKeys: ['one', 'two'] });
    expect(told.Config).not.toHaveProperty('JWKSURL');
    expect(isSameMethod(told, workloadMethod({ keys: ['one', 'two'] }))).toBe(true);
    expect(isSameMethod(told, workloadMethod({ keys: ['one', 'three'] }))).toBe(false);
    expect(isSameMethod(fetched, told)).toBe(false);
  });
});
