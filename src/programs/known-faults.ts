import gte from 'semver/functions/gte.js';
import satisfies from 'semver/functions/satisfies.js';
import faults from '../../toolchain/known-faults.json' with { type: 'json' };
import { specOf, type ToolName } from './tool-versions.js';
import type { GivenCommand } from '@nomadctl/base/hint/given-command';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { renderHint } from '@nomadctl/base/hint/render-hint';

/** What makes a job meet a fault; what is left out does not matter. */
export interface FaultCondition {
  readonly types?: readonly string[];
  readonly drivers?: readonly string[];
  readonly groups?: 'several';
}

/** A fault of a program's own that users of ours would meet: `toolchain/known-faults.json`, the gravest first. */
export interface KnownFault {
  readonly id: string;
  readonly tool: ToolName;
  /** Whose version counts. */
  readonly in: 'servers' | 'clients' | 'any';
  /** A semver range. */
  readonly affected: string;
  readonly mended: string;
  /** What goes wrong, as the middle of a sentence. */
  readonly fault: string;
  /** Where its makers tell of it. */
  readonly source: string;
  /** Commands of ours that run into it. */
  readonly commands: readonly string[];
  readonly meets?: FaultCondition;
  /** The way round that nomadctl takes: "nomadctl ..." goes on with it. */
  readonly weDo?: string;
  /** What is left for the user: "you may ..." goes on with it. */
  readonly youMay?: string;
  /** With which versions it was tried, or `by its changelog`. */
  readonly seen: string;
}

export const knownFaults = faults as readonly KnownFault[];

/** A version that is in use, and by whom: `cluster/running-agents.ts` asks them. */
export interface AgentVersion {
  readonly tool: ToolName;
  readonly part: 'server' | 'client';
  /** Its node. */
  readonly name: string;
  readonly version: string;
}

/** A version of a program with what is wrong with it, and who runs it. */
export interface FaultyVersion {
  readonly tool: ToolName;
  readonly version: string;
  readonly nodes: readonly string[];
  readonly faults: readonly KnownFault[];
}

export function faultsOf(tool: ToolName, version: string): KnownFault[] {
  return knownFaults.filter((fault) => fault.tool === tool && isAffected(fault, version));
}

/** The versions that agents run and that have faults; the table's order within each. */
export function faultyVersions(agents: readonly AgentVersion[]): FaultyVersion[] {
  const versions = new Map(agents.map(({ tool, version }) => [`${tool} ${version}`, { tool, version }]));
  return [...versions.values()].flatMap(({ tool, version }) => {
    const those = agents.filter((agent) => agent.tool === tool && agent.version === version);
    const found = faultsOf(tool, version).filter((fault) => those.some(({ part }) => counts(fault, part)));
    return found.length > 0 ? [{ tool, version, nodes: [...new Set(those.map(({ name }) => name))], faults: found }] : [];
  });
}

/** Whether an agent runs a version that has this one. */
export function hasFault(agents: readonly AgentVersion[], id: string): boolean {
  return faultyVersions(agents).some(({ faults }) => faults.some((fault) => fault.id === id));
}

/** Whether the version that nomadctl would install has it no longer. */
export function isFixable({ tool, mended }: KnownFault): boolean {
  return gte(specOf(tool).version, mended);
}

/** Of a job, as far as faults depend on it. */
export interface JobShape {
  readonly type: string;
  readonly groups: number;
  readonly drivers: readonly string[];
}

/** Whether such a job runs into it. */
export function isMetBy({ meets }: KnownFault, job: JobShape): boolean {
  if (meets?.types && !meets.types.includes(job.type)) return false;
  if (meets?.drivers && !meets.drivers.some((driver) => job.drivers.includes(driver))) return false;
  return meets?.groups !== 'several' || job.groups > 1;
}

/** "Nomad 1.11.0: stopping ... stops only one of them (mended in 1.11.1); nomadctl has the stop looked at again ..." */
export function sentenceOf({ tool, fault, mended, weDo, youMay }: KnownFault, version: string): string {
  const ways = [...(weDo === undefined ? [] : [`nomadctl ${weDo}`]), ...(youMay === undefined ? [] : [`you may ${youMay}`])];
  return [`${titleOf(tool)} ${version}: ${fault} (mended in ${mended})`, ...ways].join('; ');
}

/** One sentence about everything that is wrong with a version and need not be. Nothing where nothing can be done. */
export function summaryOf(
  { tool, version, faults: all }: FaultyVersion,
  { cluster, given }: { readonly cluster: string; readonly given: GivenCommand },
): string | undefined {
  const [first, ...more] = all.filter(isFixable);
  if (!first) return undefined;
  if (more.length === 0) return sentenceOf(first, version);
  return `${titleOf(tool)} ${version} has ${more.length + 1} known faults that ${specOf(tool).version} has no longer, such as: ${first.fault}; all of them: ${renderHint(nomadctl`doctor ${cluster}`, given)}`;
}

/** As its makers write it. */
export function titleOf(tool: ToolName): string {
  return tool.slice(0, 1).toUpperCase() + tool.slice(1);
}

function isAffected({ affected }: KnownFault, version: string): boolean {
  return satisfies(version, affected, { includePrerelease: true });
}

function counts(fault: KnownFault, part: AgentVersion['part']): boolean {
  return fault.in === 'any' || fault.in === `${part}s`;
}
