import type { Overview, OverviewJob, OverviewNode } from '../overview.js';
import { frame } from './frame.js';
import { html, type Html } from './html.js';

/** Where the pages of the programs begin. */
export interface Links {
  readonly nomad: string;
  readonly consul: string;
}

/** The first page: is everything well, what is there, and where to look closer. */
export function overviewPage(overview: Overview, links: Links): string {
  const { cluster, place, nodes, jobs } = overview;
  const content = html`<header>
      <h1>${cluster} <small>${place}</small></h1>
      <nav aria-label="Web interfaces">
        <a class="button" href="${links.nomad}">Nomad</a> <a class="button" href="${links.consul}">Consul</a>
      </nav>
    </header>
    <p id="trouble" role="alert"></p>
    <main id="live">
      ${verdict(overview)} ${notices(overview)}
      <section aria-labelledby="nodes">
        <h2 id="nodes">Nodes <small>${nodes.length}</small></h2>
        ${nodes.length === 0 ? html`<p>None: the cluster is down.</p>` : nodesTable(overview)}
      </section>
      <section aria-labelledby="jobs">
        <h2 id="jobs">Jobs ${jobs ? html`<small>${jobs.length}</small>` : undefined}</h2>
        ${jobsOf(overview, links)}
      </section>
    </main>
    <footer>
      <p id="freshness">Looked at again every few seconds while this page is shown.</p>
      <p>Served by nomadctl on this computer alone, until it is stopped with Ctrl-C.</p>
    </footer>`;
  return frame({ title: `${cluster}: overview`, script: 'overview.js', content });
}

const WARN = html` class="warn"`;

function verdict({ nodes, jobs, consulLeader, nomadLeader, remarks }: Overview): Html {
  const unwellNodes = nodes.filter(({ isWell }) => !isWell).length;
  const unwellJobs = (jobs ?? []).filter(({ isWell }) => !isWell).length;
  const faults = [
    ...(nodes.length === 0 ? ['the cluster is down'] : []),
    ...(nodes.length > 0 && !consulLeader ? ['Consul has no leader'] : []),
    ...(nodes.length > 0 && !nomadLeader ? ['Nomad has no leader'] : []),
    ...(unwellNodes > 0 ? [`${unwellNodes} of ${nodes.length} nodes not well`] : []),
    ...(unwellJobs > 0 ? [`${unwellJobs} of ${jobs?.length ?? 0} jobs not well`] : []),
    ...(remarks.length > 0 ? [`${remarks.length} ${remarks.length === 1 ? 'remark' : 'remarks'}`] : []),
  ];
  return faults.length === 0
    ? html`<p class="verdict good">${mark(true)} All is well</p>`
    : html`<p class="verdict bad">${mark(false)} ${faults.join(', ')}</p>`;
}

function notices({ remarks, endingCertificates, cautions }: Overview): Html | undefined {
  const lines = [...endingCertificates, ...remarks, ...cautions];
  if (lines.length === 0) return undefined;
  return html`<ul class="notices">
    ${lines.map((line) => html`<li>${line}</li>`)}
  </ul>`;
}

function nodesTable({ nodes, consulLeader, nomadLeader }: Overview): Html {
  const leads = (name: string): Html[] =>
    [...(name === consulLeader ? ['Consul'] : []), ...(name === nomadLeader ? ['Nomad'] : [])].map(
      (program) => html`<span class="tag">${program} leader</span> `,
    );
  const row = (node: OverviewNode): Html =>
    html`<tr>
      <th scope="row">${mark(node.isWell)} ${node.name} ${leads(node.name)}</th>
      <td><code>${node.address}</code></td>
      <td>
        <ul class="row">
          ${node.agents.map(({ name, state }) => html`<li${state === 'running' ? undefined : WARN}>${name} ${state}</li>`)}
        </ul>
      </td>
      <td>${node.nomad ?? html`&ndash;`}</td>
    </tr>`;
  return table(['Node', 'Address', 'Agents', 'Seen by Nomad as'], nodes.map(row));
}

function jobsOf({ jobs, nodes }: Overview, { nomad }: Links): Html | undefined {
  if (jobs === undefined) return nodes.length === 0 ? undefined : html`<p>Unknown: Nomad does not answer.</p>`;
  if (jobs.length === 0) return html`<p>None yet.</p>`;
  const row = ({ id, namespace, type, status, running, isWell }: OverviewJob): Html =>
    html`<tr>
      <th scope="row">${mark(isWell)} <a href="${nomad}jobs/${encodeURIComponent(`${id}@${namespace}`)}">${id}</a></th>
      <td>${namespace}</td>
      <td>${type}</td>
      <td>${status}</td>
      <td>${running}</td>
    </tr>`;
  return table(['Job', 'Namespace', 'Type', 'Status', 'Running'], jobs.map(row));
}

function table(titles: readonly string[], rows: readonly Html[]): Html {
  return html`<div class="wide">
    <table>
      <thead>
        <tr>
          ${titles.map((title) => html`<th scope="col">${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

/** Told by its form and its name, too: not everybody sees colours. */
function mark(isWell: boolean): Html {
  return isWell
    ? html`<span class="mark good" role="img" aria-label="well">&#10003;</span>`
    : html`<span class="mark bad" role="img" aria-label="not well">!</span>`;
}
