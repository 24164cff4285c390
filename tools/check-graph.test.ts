import { expect, test } from 'vitest';
import { problemsOfGraph, type ProjectGraph } from './check-graph.ts';

/** A graph of projects named by their folder: `layer` and the names they depend on. */
function graphOf(
  projects: Readonly<Record<string, readonly [layer: string, ...dependencies: string[]]>>,
): ProjectGraph {
  const entries = Object.entries(projects);
  return {
    nodes: Object.fromEntries(
      entries.map(([name, [layer]]) => [name, { data: { root: `libs/${name}`, tags: ['npm:private', layer] } }]),
    ),
    dependencies: Object.fromEntries(
      entries.map(([source, [, ...targets]]) => [source, targets.map((target) => ({ source, target }))]),
    ),
  };
}

test('a graph whose dependencies point down has no problems', () => {
  const graph = graphOf({
    app: ['layer:service', 'store', 'core'],
    store: ['layer:adapter', 'core', 'npm:zod'],
    core: ['layer:domain'],
  });
  expect(problemsOfGraph(graph, ['libs/app', 'libs/store', 'libs/core'])).toEqual([]);
});

test('a package that nx does not see is named', () => {
  expect(problemsOfGraph(graphOf({}), ['libs/core'])).toEqual(['libs/core: not a project of nx']);
});

test('a project without a layer is named', () => {
  const [problem] = problemsOfGraph(graphOf({ core: ['scope:x'] }), []);
  expect(problem).toMatch(/^core: expected one of the tags layer:domain, .*, got ''$/);
});

test('a dependency upwards is named with both layers', () => {
  const graph = graphOf({ core: ['layer:domain', 'store'], store: ['layer:adapter'] });
  expect(problemsOfGraph(graph, [])).toEqual(['core (layer:domain) may not depend on store (layer:adapter)']);
});

test('a cycle is shown as a path', () => {
  const graph = graphOf({ a: ['layer:domain', 'b'], b: ['layer:domain', 'c'], c: ['layer:domain', 'b'] });
  expect(problemsOfGraph(graph, [])).toEqual(['cycle: b → c → b']);
});
