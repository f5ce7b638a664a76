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
}

export interface Backend extends Resource {
  readonly ulb: string;
  readonly listener: string;
  readonly resourceType: string;
  readonly resource: string;
  readonly port: number;
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
  readonly content: string;
}
