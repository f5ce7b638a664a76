import { randomBytes } from 'node:crypto';
import { defineAction } from '../action.js';
import { integer, required, text, withDefault } from '../../params/param.js';

export const assumeRole = defineAction({
  name: 'AssumeRole',
  summary: 'Hands out keys for a while, with the rights of those that ask.',
  params: {
    RoleUrn: required(text({ min: 1, max: 200 })),
    RoleSessionName: required(text({ min: 1, max: 200 })),
    DurationSeconds: withDefault(integer({ min: 1, max: 43_200 }), 3600),
    Policy: text({ max: 4096 }),
  },
  global: true,
  handle({ DurationSeconds }, scope) {
    const word = (): string => randomBytes(24).toString('hex');
    const session = {
      key: { ...scope.caller.key, publicKey: word(), privateKey: word() },
      token: word(),
      expires: scope.now + DurationSeconds * 1000,
    };
    scope.openSession(session);
    const { key, token, expires } = session;
    return {
      Credentials: {
        AccessKeyId: key.publicKey,
        AccessKeySecret: key.privateKey,
        SecurityToken: token,
        Expiration: new Date(expires).toISOString(),
      },
    };
  },
});
