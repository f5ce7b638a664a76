/** A balancer of the catalogue that follows Consul: how it is told whom to serve, and how it tells whom it does serve. */
export interface Balancer {
  /** Service in Consul whose instances take requests. */
  readonly requests: string;
  /** Service in Consul whose instances tell the upstream; each stands for the one of `requests` on the same node. */
  readonly tells: string;
  /** Its template's variables, as `--var` has them, for a service in Consul. */
  follow(service: string): readonly string[];
  /**
   * Addresses (`host:port`) that it sends requests for a service to, as it says itself.
   * @param get asks one of its instances for a path, and gives the body. @throws Error in words
   */
  upstream(service: string, get: (path: string) => Promise<string>): Promise<readonly string[]>;
  /** Whom a request is for, by the tags of the service; nothing where it serves whatever comes. */
  host?(tags: readonly string[]): string | undefined;
}
