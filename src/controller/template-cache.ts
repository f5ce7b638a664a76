import type { Paths } from '@nomadctl/base/paths';
import { findTenantTemplate, type TenantTemplate } from '../tenants/tenant-template.js';

/** Templates as they were read: a look-up needs one, and their files hardly ever change. */
export interface TemplateCache {
  /** No older than ten seconds. @throws as `findTenantTemplate` */
  find(name: string): Promise<TenantTemplate>;
}

const FRESH_MS = 10_000;

export function createTemplateCache(paths: Pick<Paths, 'home' | 'templates'>, now: () => number = Date.now): TemplateCache {
  const known = new Map<string, { readonly read: number; readonly template: Promise<TenantTemplate> }>();
  return {
    async find(name) {
      const found = known.get(name);
      if (found && now() - found.read < FRESH_MS) return found.template;
      const template = findTenantTemplate(name, paths);
      known.set(name, { read: now(), template });
      // A failure is nobody else's; nor are names kept that stand for nothing.
      template.catch(() => known.delete(name));
      return template;
    },
  };
}
