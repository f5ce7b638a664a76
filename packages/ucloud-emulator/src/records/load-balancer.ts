import type { Resource } from './resource.js';

export interface Ulb extends Resource {
  readonly mode: 'OuterMode' | 'InnerMode';
  readonly listenType: string;
  readonly vpc: string;
  readonly subnet: string;
  readonly ip: string;
  readonly firewall: string;
}

export interface Listener extends Resource {
  readonly ulb: string;
  readonly protocol: string;
  readonly port: number;
  readonly listenType: string;
  readonly method: string;
  readonly persistenceType: string;
  readonly persistenceInfo: string;
  readonly clientTimeout: number;
  readonly monitorType: string;
  readonly domain: string;
  readonly path: string;
  readonly ssls: readonly string[];
  /** The security policy, or absent. */
  readonly securityPolicy?: string;
}

export interface Backend extends Resource {
  readonly ulb: string;
  readonly listener: string;
  readonly resourceType: string;
  readonly resource: string;
  readonly port: number;
  /** Absent: 1, and what is true of those that were never changed. */
  readonly weight?: number;
  readonly enabled?: boolean;
  readonly isBackup?: boolean;
}

/** Which backends of a listener answer for a domain or path. */
export interface LbRule extends Resource {
  readonly listener: string;
  readonly type: string;
  readonly match: string;
  readonly priority: number;
  readonly backends: readonly string[];
}

export interface Ssl extends Resource {
  /** A hash of what came. */
  readonly content: string;
  /** The certificates of it, without the private key. */
  readonly certificate?: string;
  /** Its private key, in PEM: only where listeners show it to somebody. */
  readonly key?: string;
}

/** What HTTPS listeners agree to speak. */
export interface SecurityPolicy extends Resource {
  readonly tlsVersion: string;
  readonly ciphers: readonly string[];
}
