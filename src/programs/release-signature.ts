import { createMessage, readKey, readSignature, verify, type PublicKey, type Signature } from 'openpgp';
import { ToolError } from '@nomadctl/base/errors';
import { hint } from '@nomadctl/base/hint/hint';
import { reasonOf } from '@nomadctl/base/reason';
import { hashicorpKey } from './hashicorp-key.js';

/** Whose signature is believed. Only tests bring another than HashiCorp's. */
export interface TrustedKey {
  readonly armored: string;
}

export const releaseKey: TrustedKey = { armored: hashicorpKey };

export interface SignedFile {
  readonly name: string;
  readonly content: Uint8Array;
  readonly signature: Uint8Array;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** @throws ToolError `signature-invalid` unless the trusted key made this signature over just this content. */
export async function checkSignature(file: SignedFile, trusted: TrustedKey): Promise<void> {
  const key = await readKey({ armoredKey: trusted.armored });
  const signature = await readSignature({ binarySignature: file.signature }).catch((cause: unknown) => {
    throw invalid(file, 'what came as its signature is none', cause);
  });
  const date = await dateFor(key, file.now);
  const message = await createMessage({ binary: file.content });
  const { signatures } = await verify({
    message,
    signature,
    verificationKeys: key,
    date,
    // The key's owner renews its self-signature to prolong it; that must not undo what was signed before.
    config: { allowInsecureVerificationWithReformattedKeys: true },
  });
  // One good signature is enough: a release may be signed by more keys than ours.
  const reasons: string[] = [];
  for (const { verified } of signatures) {
    const reason = await verified.then(() => undefined, reasonOf);
    if (reason === undefined) return;
    reasons.push(reason);
  }
  throw invalid(file, await explain(key, signature, { date, reasons }));
}

/**
 * An expired key still vouches for what it signed while it was valid (as with `gpg --verify`), and for nothing later: past its
 * end we verify as of its last moment.
 */
async function dateFor(key: PublicKey, now: number): Promise<Date> {
  const end = await key.getExpirationTime();
  return end instanceof Date && end.getTime() <= now ? new Date(end.getTime() - 1000) : new Date(now);
}

async function explain(
  key: PublicKey,
  signature: Signature,
  { date, reasons }: { date: Date; reasons: readonly string[] },
): Promise<string> {
  const end = await key.getExpirationTime();
  const signedAt = signature.packets[0]?.created;
  if (end instanceof Date && date < end && signedAt && signedAt >= end) {
    return `it was signed on ${day(signedAt)}, and the key that nomadctl knows expired on ${day(end)}; a newer nomadctl brings the key's newer copy`;
  }
  return reasons[0] ?? 'it holds no signature';
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function invalid(file: SignedFile, why: string, cause?: unknown): ToolError {
  return new ToolError(`the signature of ${file.name} is not good`, {
    code: 'signature-invalid',
    why: [why, 'nothing was installed'],
    next: hint`find out who changes files on the way from the release server (NOMADCTL_RELEASES_URL, proxies)`,
    cause,
  });
}
