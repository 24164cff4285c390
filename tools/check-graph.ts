import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CheckStep } from './check-step.ts';
import { root, runCommand } from './run-command.ts';

/** The part of `nx graph --file` that is looked at. */
export interface ProjectGraph {
  readonly nodes: Readonly<
    Record<string, { readonly data: { readonly root: string; readonly tags?: readonly string[] } }>
  >;
  readonly dependencies: Readonly<Record<string, readonly { readonly source: string; readonly target: string }[]>>;
}

/** Which layers a layer may depend on. The lint rule checks the same on imports. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'layer:domain': ['layer:domain'],
  'layer:adapter': ['layer:domain', 'layer:adapter'],
  'layer:service': ['layer:domain', 'layer:adapter'],
};

function cycleFrom(graph: ProjectGraph): string | undefined {
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): string | undefined => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name].join(' → ');
    if (done.has(name)) return undefined;
    for (const { target } of graph.dependencies[name] ?? []) {
      const cycle = target in graph.nodes ? visit(target, [...path, name]) : undefined;
      if (cycle !== undefined) return cycle;
    }
    done.add(name);
    return undefined;
  };
  return Object.keys(graph.nodes)
    .map((name) => visit(name, []))
    .find((cycle) => cycle !== undefined);
}

/**
 * What is wrong with the project graph: a project without exactly one layer, a dependency that its layer forbids, a cycle.
 * @param folders the workspace's package folders, each of which must be a project
 */
export function problemsOfGraph(graph: ProjectGraph, folders: readonly string[]): string[] {
  const roots = new Set(Object.values(graph.nodes).map((node) => node.data.root));
  const missing = folders.filter((folder) => !roots.has(folder)).map((folder) => `${folder}: not a project of nx`);
  const layerOf = (name: string): string | undefined =>
    graph.nodes[name]?.data.tags?.filter((tag) => tag.startsWith('layer:')).join(' ');
  const tags = Object.keys(graph.nodes)
    .filter((name) => ALLOWED[layerOf(name) ?? ''] === undefined)
    .map((name) => `${name}: expected one of the tags ${Object.keys(ALLOWED).join(', ')}, got '${layerOf(name)}'`);
  const broken = Object.values(graph.dependencies)
    .flat()
    .filter(({ source, target }) => {
      const allowed = ALLOWED[layerOf(source) ?? ''];
      return target in graph.nodes && allowed !== undefined && !allowed.includes(layerOf(target) ?? '');
    })
    .map(({ source, target }) => `${source} (${layerOf(source)}) may not depend on ${target} (${layerOf(target)})`);
  const cycle = cycleFrom(graph);
  return [...missing, ...tags, ...broken, ...(cycle === undefined ? [] : [`cycle: ${cycle}`])];
}

async function workspaceFolders(): Promise<string[]> {
  const { output } = await runCommand('npm', ['query', '.workspace', '--json']);
  const packages = JSON.parse(output.slice(output.indexOf('['))) as { location: string }[];
  return packages.map(({ location }) => location);
}

/** The graph without what only tests use: devDependencies may reach up a layer, and back. */
async function withoutTestDependencies(graph: ProjectGraph): Promise<ProjectGraph> {
  const dependencies = await Promise.all(
    Object.entries(graph.dependencies).map(async ([source, edges]) => {
      const folder = graph.nodes[source]?.data.root;
      if (folder === undefined) return [source, edges] as const;
      const text = await readFile(join(root, folder, 'package.json'), 'utf8');
      const { devDependencies = {} } = JSON.parse(text) as { devDependencies?: Record<string, string> };
      return [source, edges.filter(({ target }) => !(target in devDependencies))] as const;
    }),
  );
  return { nodes: graph.nodes, dependencies: Object.fromEntries(dependencies) };
}

/** Fails unless nx sees every workspace package, with layers and dependencies as the rules want them. */
export const checkGraph: CheckStep = {
  name: 'graph',
  title: 'project graph and layers',
  async run() {
    const work = await mkdtemp(join(tmpdir(), 'leti-graph-'));
    try {
      const file = join(work, 'graph.json');
      const { status, output } = await runCommand('nx', ['graph', `--file=${file}`]);
      if (status !== 0) return { state: 'failed', output };
      const { graph } = JSON.parse(await readFile(file, 'utf8')) as { graph: ProjectGraph };
      const problems = problemsOfGraph(await withoutTestDependencies(graph), await workspaceFolders());
      if (problems.length > 0) return { state: 'failed', output: problems.join('\n') };
      return { state: 'ok', note: `${Object.keys(graph.nodes).length} projects` };
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  },
};
