import { tf, type Tensor, type TensorHandle } from '../tf.ts';
import {
  BFLOAT16,
  CompileError,
  dataTypeEnum,
  describeSpec,
  float32,
  type GraphDataType,
  type ProductPrecision,
  type TensorSpec,
} from './dtype.ts';
import { boolAttribute, intAttribute, kernelAttribute, shapeAttribute, typeAttribute } from './graph-def.ts';
import { EITHER, IDENTITY_AFTER, IF_TRUE, ROUND_TO_BFLOAT16, sameMemory } from './graph-kernels.ts';
import type { GraphRecorder, VariableNodes } from './graph-recorder.ts';
import { isInFloat32 } from './in-float32.ts';
import type { AdamStep, TraceResult } from './stateful-graph.ts';
import { readBytes, withKernelTap, type KernelCall, type KernelTap } from './kernel-tap.ts';

/** A constant this large is a weight that somebody forgot to pass as an argument. */
const MAX_CONSTANT_BYTES = 64 * 1024 * 1024;

/** Type attributes, by input, that tfjs leaves to eager execution to infer; a graph must state them. */
const INFERRED_TYPES: Readonly<Record<string, readonly string[]>> = { ExpandDims: ['T', 'Tdim'] };

const FLOAT32 = dataTypeEnum('float32', 'matrix product');

const ADAM_ATTRIBUTES = { T: typeAttribute(FLOAT32), use_locking: boolAttribute(false), use_nesterov: boolAttribute(false) }; // prettier-ignore

/** The kernels that are matrix products, of which float32 ones may be computed in bfloat16. */
const PRODUCTS: ReadonlySet<string> = new Set(['MatMul', 'BatchMatMul', 'BatchMatMulV2']);

/** Names of the session nodes of one recorded function. */
export interface FunctionNodes {
  /** Placeholder per input name. */
  readonly inputs: ReadonlyMap<string, string>;
  /** Node to fetch per output name. Every one of them runs after all updates. */
  readonly outputs: ReadonlyMap<string, string>;
  /** Node to fetch when there is no output. */
  readonly done: string;
}

type Tensors = Readonly<Record<string, Tensor>>;

/** A function to record: named inputs and all variables in; named results, and what becomes of the variables, out. */
export type TraceFunction = (inputs: Tensors, variables: Tensors) => TraceResult<string, string>;

/** Settings of a recording. */
export interface RecordOptions {
  readonly products: ProductPrecision;
  readonly weights: ReadonlyMap<string, Tensor>;
}

/**
 * Runs `trace` once, eagerly, on zeros, and adds the kernels that it ran to the graph: inputs become placeholders,
 * variables are read, and every other tensor becomes a constant. All reads come before all updates.
 * @param options.products what matrix products are computed in
 * @param options.weights variables that no function updates: the trace runs on these tensors instead of zeros. Borrowed
 * @throws {CompileError} when something cannot be recorded; the graph is as before then
 */
export function recordFunction(
  recorder: GraphRecorder,
  name: string,
  inputs: Readonly<Record<string, TensorSpec>>,
  trace: TraceFunction,
  options: RecordOptions,
): FunctionNodes {
  let nodes: FunctionNodes | undefined;
  recorder.transaction(() =>
    tf.tidy(() => {
      nodes = new FunctionTrace(recorder, name, options).run(inputs, trace);
    }),
  );
  return nodes!;
}

/** One recording of one function. */
class FunctionTrace implements KernelTap {
  /** The graph output that holds each tensor seen so far, by the tensor's `dataId`. */
  private readonly sources = new Map<object, string>();
  private readonly constants = new Set<object>();
  private readonly variableOf = new Map<object, string>();
  /** Nodes that read variables, made when first needed. */
  private readonly reads: string[] = [];
  private readonly recorder: GraphRecorder;
  private readonly name: string;
  private readonly products: ProductPrecision;
  private readonly weights: ReadonlyMap<string, Tensor>;
  /** The bfloat16 form of sources that several products read. */
  private readonly halves = new Map<string, string>();

  constructor(recorder: GraphRecorder, name: string, { products, weights }: RecordOptions) {
    this.recorder = recorder;
    this.name = name;
    this.products = products;
    this.weights = weights;
  }

  run(inputSpecs: Readonly<Record<string, TensorSpec>>, trace: TraceFunction): FunctionNodes {
    const inputNodes = new Map<string, string>();
    const inputs: Record<string, Tensor> = {};
    for (const [input, spec] of Object.entries(inputSpecs)) {
      const dtype = typeAttribute(dataTypeEnum(spec.dtype, `${this.name}: input ${input}`));
      const node = this.recorder.addNode('Placeholder', [], { dtype, shape: shapeAttribute(spec.shape) });
      const tensor = zeros(spec);
      this.sources.set(tensor.dataId, node);
      inputNodes.set(input, node);
      inputs[input] = tensor;
    }
    const variables: Record<string, Tensor> = {};
    const shared = new Map<string, Tensor>();
    for (const [variable, { spec }] of this.recorder.variables) {
      const tensor = this.weights.get(variable) ?? sharedZeros(spec, shared);
      this.variableOf.set(tensor.dataId, variable);
      variables[variable] = tensor;
    }
    const result = withKernelTap(this, () => trace(inputs, variables));
    return { inputs: inputNodes, ...this.finish(result) };
  }

  before(inputs: readonly TensorHandle[]): string[] {
    return inputs.map((input) => this.sourceOf(input));
  }

  after({ op, attributes, inputs }: KernelCall, sources: readonly string[], outputs: readonly Tensor[]): void {
    const encoded = Object.fromEntries(attributes.map((attribute) => [attribute.name, kernelAttribute(op, attribute)]));
    for (const [i, attribute] of (INFERRED_TYPES[op] ?? []).entries()) {
      encoded[attribute] ??= typeAttribute(dataTypeEnum(inputs[i]!.dtype, `${this.name}: input of ${op}`));
    }
    const node = this.addKernel(op, sources, encoded, inputs);
    outputs.forEach((output, i) => this.sources.set(output.dataId, i === 0 ? node : `${node}:${i}`));
  }

  onRead(dataId: object): void {
    // A value that depends on inputs would be frozen into the graph. Constants never change, so they may be read.
    const frozen = this.variableOf.has(dataId) || (this.sources.has(dataId) && !this.constants.has(dataId));
    if (!frozen) return;
    throw new CompileError(
      `${this.name} must not read a tensor's values while it is recorded (tf.gather does: use gatherRows)`,
    );
  }

  private finish({
    outputs,
    updates = {},
    adamSteps = [],
  }: TraceResult<string, string>): Pick<FunctionNodes, 'outputs' | 'done'> {
    const { recorder } = this;
    // Every source is looked up first, for that may add reads, and assignments must wait for all reads:
    // a read that ran after an assignment would see the new value.
    const outputSources = Object.entries(outputs).map(([name, tensor]) => ({
      name,
      tensor,
      source: this.sourceOf(tensor),
    }));
    const updateSources = Object.entries(updates).flatMap(([name, tensor]) =>
      tensor === undefined ? [] : [{ variable: this.checkUpdate(name, tensor), source: this.sourceOf(tensor) }],
    );
    const stepSources = adamSteps.map((step) => this.sourcesOfStep(step));
    const afterReads = this.reads.map((read) => `^${read}`);
    const assignments = updateSources.map(({ variable: { handle, spec }, source }) =>
      recorder.addNode('AssignVariableOp', [handle, source, ...afterReads], {
        dtype: typeAttribute(dataTypeEnum(spec.dtype, this.name)),
      }),
    );
    const afterAssignments = [...afterReads, ...assignments.map((node) => `^${node}`)];
    const steps = stepSources.map(({ handles, sources }) =>
      recorder.addNode('ResourceApplyAdam', [...handles, ...sources, ...afterAssignments], ADAM_ATTRIBUTES),
    );
    const changes = [...assignments, ...steps];
    const afterUpdates = changes.map((node) => `^${node}`);
    const outputNodes = outputSources.map(({ name, tensor, source }) => {
      const T = typeAttribute(dataTypeEnum(tensor.dtype, `${this.name}: output ${name}`));
      return [name, recorder.addNode('Identity', [source, ...afterUpdates], { T })] as const;
    });
    return { outputs: new Map(outputNodes), done: recorder.addSignal(changes) };
  }

  private checkUpdate(variable: string, tensor: Tensor): VariableNodes {
    const nodes = this.variableNodes(variable);
    if (this.weights.has(variable))
      throw new CompileError(`${this.name} must not update ${variable}, which is a weight`);
    const [expected, actual] = [describeSpec(nodes.spec), describeSpec(tensor)];
    if (expected === actual) return nodes;
    throw new CompileError(`${this.name}: the update of variable ${variable} must be ${expected}, got ${actual}`);
  }

  /** What `ResourceApplyAdam` reads: three handles, then β₁ and β₂ to the power of the step (0: corrected already), … */
  private sourcesOfStep(step: AdamStep<string>): { readonly handles: string[]; readonly sources: string[] } {
    const { rate, beta1, beta2, epsilon } = step.scalars;
    const variables = [step.weights, step.firstMoment, step.secondMoment].map((variable) =>
      this.checkUpdate(variable, step.gradient),
    );
    const zero = this.recorder.addConstant(float32(), new Uint8Array(4));
    const tensors = [rate, beta1, beta2, epsilon, step.gradient].map((tensor) => this.sourceOf(tensor));
    return { handles: variables.map(({ handle }) => handle), sources: [zero, zero, ...tensors] };
  }

  private variableNodes(variable: string): VariableNodes {
    const nodes = this.recorder.variables.get(variable);
    if (nodes !== undefined) return nodes;
    const known = [...this.recorder.variables.keys()].join(', ');
    throw new CompileError(`${this.name}: an update must be of one of the variables ${known}, got ${variable}`);
  }

  private sourceOf(tensor: TensorHandle): string {
    // tfjs-node's Int64Scalar has no dataId.
    if (tensor.dataId === undefined) throw new CompileError(`${this.name}: int64 scalars cannot be recorded`);
    const known = this.sources.get(tensor.dataId);
    if (known !== undefined) return known;
    const variable = this.variableOf.get(tensor.dataId);
    const source = variable === undefined ? this.addConstant(tensor) : this.addRead(variable);
    this.sources.set(tensor.dataId, source);
    return source;
  }

  /** @returns the source of the kernel's first output */
  private addKernel(
    op: string,
    sources: readonly string[],
    attributes: Record<string, Uint8Array>,
    inputs: readonly TensorHandle[],
  ): string {
    const typeOfFirst = (): Uint8Array => typeAttribute(dataTypeEnum(inputs[0]!.dtype, `${this.name}: input of ${op}`));
    if (op === IF_TRUE) return `${this.recorder.addNode('Switch', sources, { T: typeOfFirst() })}:1`;
    if (op === EITHER) {
      const [result, otherwise, condition] = sources as [string, string, string];
      const T = typeOfFirst();
      const ifFalse = this.recorder.addNode('Switch', [otherwise, condition], { T });
      return this.recorder.addNode('Merge', [ifFalse, result], { T, N: intAttribute(2) });
    }
    if (op === ROUND_TO_BFLOAT16) {
      return this.addCast(this.addCast(sources[0]!, FLOAT32, BFLOAT16), BFLOAT16, FLOAT32);
    }
    if (op === IDENTITY_AFTER) {
      const [source, after] = sources as [string, string];
      const inputs = [source, `^${after.split(':')[0]!}`];
      return this.recorder.addNode('Identity', inputs, { T: typeAttribute(FLOAT32) });
    }
    const isHalf = this.products === 'bfloat16' && PRODUCTS.has(op) && !isInFloat32();
    if (isHalf) return this.addHalfProduct(op, sources, attributes);
    return this.recorder.addNode(op, sources, attributes);
  }

  private addHalfProduct(op: string, sources: readonly string[], attributes: Record<string, Uint8Array>): string {
    const halves = sources.map((source) => {
      const half = this.halves.get(source) ?? this.addCast(source, FLOAT32, BFLOAT16);
      this.halves.set(source, half);
      return half;
    });
    return this.addCast(
      this.recorder.addNode(op, halves, { ...attributes, T: typeAttribute(BFLOAT16) }),
      BFLOAT16,
      FLOAT32,
    );
  }

  private addCast(source: string, from: number, to: number): string {
    const attributes = { SrcT: typeAttribute(from), DstT: typeAttribute(to), Truncate: boolAttribute(false) };
    return this.recorder.addNode('Cast', [source], attributes);
  }

  private addRead(variable: string): string {
    const { handle, spec } = this.variableNodes(variable);
    const dtype = typeAttribute(dataTypeEnum(spec.dtype, this.name));
    const read = this.recorder.addNode('ReadVariableOp', [handle], { dtype });
    this.reads.push(read);
    return read;
  }

  private addConstant(tensor: TensorHandle): string {
    dataTypeEnum(tensor.dtype, `${this.name}: a constant`);
    const content = readBytes(tensor.dataId);
    if (content.byteLength > MAX_CONSTANT_BYTES) {
      throw new CompileError(
        `${this.name}: a constant must be at most ${MAX_CONSTANT_BYTES} bytes, got ${describeSpec(tensor)}; ` +
          'pass it as an input or a variable',
      );
    }
    this.constants.add(tensor.dataId);
    return this.recorder.addConstant({ shape: tensor.shape, dtype: tensor.dtype as GraphDataType }, content);
  }
}

/** Zeros of this kind, in the same memory each time: a model's variables have few shapes between them. */
function sharedZeros(spec: TensorSpec, shared: Map<string, Tensor>): Tensor {
  const key = describeSpec(spec);
  let memory = shared.get(key);
  if (memory === undefined) shared.set(key, (memory = zeros(spec)));
  return sameMemory(memory);
}

/** By a kernel where there is one: the arrays behind tf.zeros are JavaScript's, and would be copied. */
function zeros({ shape, dtype }: TensorSpec): Tensor {
  return dtype === 'bool' ? tf.zeros([...shape], dtype) : tf.fill([...shape], 0, dtype);
}
