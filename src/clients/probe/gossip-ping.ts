import { createCipheriv, randomBytes, type CipherGCMTypes } from 'node:crypto';
import { openSecret } from '@nomadctl/base/secret/open-secret';
import type { Secret } from '@nomadctl/base/secret/secret';

/*
 * What members of a gossip pool say to each other to learn whether one is there. Consul's and Nomad's pools are memberlist's:
 * https://github.com/hashicorp/memberlist/blob/v0.5.3/net.go (ping, messageType), .../security.go (encryptPayload).
 */

const PING = 0;
/** AES-GCM without padding. */
const SEALED = 1;
const NONCE_BYTES = 12;

/**
 * A ping for one member: it answers whoever sent it, when it has this name, and this key where its pool has one. What it answers
 * goes to the port that asked, so nobody has to be a member.
 * @param key base64, as `consul keygen` makes it
 */
export function gossipPing(member: string, key?: Secret): Buffer {
  const ping = Buffer.concat([
    Buffer.from([PING, MAP_OF_TWO]),
    text('SeqNo'),
    Buffer.from([UINT32]),
    randomBytes(4),
    text('Node'),
    text(member),
  ]);
  return key ? sealed(ping, Buffer.from(openSecret(key), 'base64')) : ping;
}

function sealed(ping: Buffer, key: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(`aes-${key.length * 8}-gcm` as CipherGCMTypes, key, nonce);
  return Buffer.concat([Buffer.from([SEALED]), nonce, cipher.update(ping), cipher.final(), cipher.getAuthTag()]);
}

/** https://github.com/msgpack/msgpack/blob/master/spec.md */
const MAP_OF_TWO = 0x82;
const UINT32 = 0xce;
const STR16 = 0xda;
const SHORT = 31;

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  const length = bytes.length <= SHORT ? [0xa0 | bytes.length] : [STR16, bytes.length >> 8, bytes.length & 0xff];
  return Buffer.concat([Buffer.from(length), bytes]);
}
