import { existsSync, readFileSync } from 'node:fs';
import {
  DockerfileParser,
  type Copy,
  type Env,
  type From,
  type Instruction,
  type JSONInstruction,
} from 'dockerfile-ast';
import { describe, expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const isThere = (path: string): boolean => existsSync(new URL(path, root));
const dockerfile = DockerfileParser.parse(read('deploy/images/model.Dockerfile'));

interface Stage {
  readonly from: From;
  readonly instructions: Instruction[];
}
const stages: Stage[] = [];
for (const instruction of dockerfile.getInstructions()) {
  if (instruction.getKeyword() === 'FROM') stages.push({ from: instruction as From, instructions: [] });
  else stages.at(-1)?.instructions.push(instruction);
}
const last = stages.at(-1)!;
const names = stages.map(({ from }) => from.getBuildStage());
const all = (keyword: string, { instructions }: Stage = last): Instruction[] =>
  instructions.filter((instruction) => instruction.getKeyword() === keyword);
/** The words of an instruction in exec form; undefined in shell form. */
const execForm = (instruction: Instruction): string[] | undefined =>
  (instruction as JSONInstruction).getOpeningBracket() === null
    ? undefined
    : (instruction as JSONInstruction).getJSONStrings().map((word) => JSON.parse(word.getValue()) as string);
const copies = stages.flatMap((stage) => all('COPY', stage) as Copy[]);
const sourcesOf = (copy: Copy): string[] => copy.getArguments().slice(0, -1).map((source) => source.getValue()); // prettier-ignore
const stageOf = (copy: Copy): string | undefined => copy.getFlags().find((flag) => flag.getName() === 'from')?.getValue() ?? undefined; // prettier-ignore

describe("the model's image", () => {
  test('begins each stage with one before it or with an image that is pinned by tag and digest', () => {
    const images = stages.map(({ from }) => from.getImage()!);
    const fromOutside = images.filter((image, i) => !names.slice(0, i).includes(image));
    expect(fromOutside).toHaveLength(3);
    for (const image of fromOutside) expect(image).toMatch(/^[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}$/);
  });

  test('ends on an image without shell or compiler, and runs nothing there', () => {
    expect(last.from.getImage()).toContain('gcr.io/distroless/cc-debian12:nonroot@');
    expect(all('RUN')).toEqual([]);
    const brought = all('COPY').flatMap((copy) => sourcesOf(copy as Copy));
    expect(brought).toEqual(['/app/node_modules', '/app/.cache', 'package.json', 'libs', 'services']);
  });

  test('runs as a user by number that is not root, after everything has been copied', () => {
    const users = all('USER');
    expect(users.map((user) => user.getArgumentsContent())).toEqual(['65532:65532']);
    const line = (instruction: Instruction): number => instruction.getRange().start.line;
    expect(Math.max(...all('COPY').map(line))).toBeLessThan(line(users[0]!));
  });

  test('copies only what is there', () => {
    const ofContext = copies.filter((copy) => stageOf(copy) === undefined).flatMap(sourcesOf);
    expect(ofContext.filter((source) => !isThere(source))).toEqual([]);
    const stagesAsked = copies.map(stageOf).filter((stage) => stage !== undefined);
    expect(names).toEqual(expect.arrayContaining(stagesAsked));
  });

  test('leaves out of the build what is no part of it', () => {
    const ignored = read('deploy/images/model.Dockerfile.dockerignore').trim().split('\n');
    expect(ignored[0]).toBe('**');
    const wanted = ignored.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    expect(wanted).toEqual(['package.json', 'package-lock.json', 'cli/package.json', 'libs', 'services', 'tools']);
    expect(wanted.filter((path) => !isThere(path))).toEqual([]);
    expect(ignored).toContain('**/node_modules');
  });

  test('starts programs that are there, without a shell', () => {
    const [entry] = all('ENTRYPOINT').map(execForm);
    const [command] = all('CMD').map(execForm);
    const [check] = all('HEALTHCHECK');
    const probe = /CMD (\[.*\])$/s.exec(check!.getArgumentsContent()!)![1]!;
    const [node, program] = JSON.parse(probe) as string[];
    expect([entry, node]).toEqual([['node'], 'node']);
    expect([command![0]!, program!].filter((path) => !isThere(path))).toEqual([]);
  });

  test('takes the same TensorFlow for GPUs as set-up takes for processors', () => {
    const [arg] = stages.flatMap((stage) => all('ARG', stage));
    expect(arg!.getArgumentsContent()).toBe('TENSORFLOW=cpu');
    const pinned = (path: string): Map<string, string> =>
      new Map(Array.from(read(path).matchAll(/^([\w-]+)==([\w.]+)/gm), ([, name, version]) => [name!, version!]));
    const cpu = pinned('tools/libtensorflow.txt');
    const cuda = pinned('tools/libtensorflow-cuda.txt');
    expect(cuda.get('tensorflow')).toBe(cpu.get('tensorflow-cpu'));
    expect([...cuda.keys()].filter((name) => name !== 'tensorflow').every((name) => /^nvidia-.*-cu12$/.test(name))).toBe(true); // prettier-ignore
  });

  test('finds every library of NVIDIA that it has', () => {
    const lines = read('tools/libtensorflow-cuda.txt').matchAll(/^nvidia-([\w-]+)-cu12==/gm);
    const wanted = Array.from(lines, ([, name]) => name!.replaceAll('-', '_')).toSorted();
    const properties = all('ENV').flatMap((env) => (env as Env).getProperties());
    const paths = properties
      .find((property) => property.getName() === 'LD_LIBRARY_PATH')!
      .getValue()!
      .split(':');
    const folders = paths.map((path) => /\/deps\/nvidia\/(\w+)\/lib$/.exec(path)?.[1] ?? path);
    expect(folders).toEqual(wanted);
  });
});
