import { join } from 'node:path';
import type { Paths } from '@nomadctl/base/paths';

/** What an engine's clients read, by the names that they look for in `DOCKER_CERT_PATH`. */
export interface ClientFiles {
  readonly folder: string;
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

/** What nomadctl keeps of the TLS of engines: one authority for all that this user has anything to do with. */
export interface KeptFiles {
  readonly folder: string;
  /** Whom clients and engines trust: the authority of now first, and the one before as long as it may still be in use. */
  readonly ca: string;
  readonly key: string;
  /** What the authority before says of the one of now. */
  readonly chain: string;
  /** A folder for each client. */
  readonly clients: string;
  /** What engines show. */
  readonly engines: string;
  client(name: string): ClientFiles;
}

export function keptFiles({ home }: Pick<Paths, 'home'>): KeptFiles {
  const folder = join(home, 'docker');
  const clients = join(folder, 'clients');
  return {
    folder,
    ca: join(folder, 'ca.pem'),
    key: join(folder, 'ca-key.pem'),
    chain: join(folder, 'ca-chain.pem'),
    clients,
    engines: join(folder, 'engines'),
    client(name) {
      const own = join(clients, name);
      return { folder: own, ca: join(own, 'ca.pem'), certificate: join(own, 'cert.pem'), key: join(own, 'key.pem') };
    },
  };
}

/** Of keys, and of certificates: nobody changes them, and keys are their owner's alone. */
export const KEY_MODE = 0o400;
export const CERTIFICATE_MODE = 0o444;

/** The client that nomadctl itself is. */
export const OPERATOR = 'operator';
