import { createHash } from 'node:crypto';
import { dataTypeEnum, describeSpec, type TensorSpec } from './dtype.ts';
import { encodeNode, shapeAttribute, stringAttribute, tensorAttribute, typeAttribute } from './graph-def.ts';

/** Names of the session nodes of one variable. */
export interface VariableNodes {
  readonly spec: TensorSpec;
  readonly handle: string;
  /** Fetch this to read the value. */
  readonly read: string;
  /** Feed this and fetch `assigned` to replace the value. */
  readonly value: string;
  readonly assigned: string;
}

/** Collects the encoded nodes of one graph. Equal constants (type, shape, bytes) are one node. */
export class GraphRecorder {
  /** Encoded nodes, in an order in which every node follows its inputs. */
  readonly nodes: Uint8Array[] = [];
  readonly variables = new Map<string, VariableNodes>();
  private readonly constants = new Map<string, string>();
  private nextId = 0;

  /** Declares a resource variable. The name is free text; it never becomes a node name. */
  addVariable(name: string, spec: TensorSpec): void {
    const dtype = typeAttribute(dataTypeEnum(spec.dtype, `variable ${name}`));
    const shape = shapeAttribute(spec.shape);
    const id = stringAttribute(`variable_${this.nextId++}`);
    const handle = this.addNode('VarHandleOp', [], { dtype, shape, shared_name: id, container: stringAttribute('') });
    const value = this.addNode('Placeholder', [], { dtype, shape });
    const assign = this.addNode('AssignVariableOp', [handle, value], { dtype });
    const assigned = this.addSignal([assign]);
    const read = this.addNode('ReadVariableOp', [handle], { dtype });
    this.variables.set(name, { spec, handle, read, value, assigned });
  }

  /** Appends a node and returns its name. */
  addNode(op: string, inputs: readonly string[], attributes: Readonly<Record<string, Uint8Array>>): string {
    const name = `${op}_${this.nextId++}`;
    this.nodes.push(encodeNode({ name, op, inputs, attributes: new Map(Object.entries(attributes)) }));
    return name;
  }

  /** A constant node, shared with every equal constant. */
  addConstant(spec: TensorSpec, content: Uint8Array): string {
    const digest = content.byteLength <= 64 ? Buffer.from(content).toString('hex') : sha256(content);
    const key = `${describeSpec(spec)}:${digest}`;
    let node = this.constants.get(key);
    if (node === undefined) this.constants.set(key, (node = this.addNode('Const', [], constant(spec, content))));
    return node;
  }

  /** A node to fetch for the sake of the nodes that must run before it. */
  addSignal(after: readonly string[]): string {
    const inputs = after.map((node) => `^${node}`);
    return this.addNode('Const', inputs, constant({ shape: [], dtype: 'bool' }, Uint8Array.of(1)));
  }

  /** Runs `record`; when it throws, the graph is as before. */
  transaction<R>(record: () => R): R {
    const numNodes = this.nodes.length;
    const constants = new Map(this.constants);
    try {
      return record();
    } catch (error) {
      this.nodes.length = numNodes;
      this.constants.clear();
      for (const [key, node] of constants) this.constants.set(key, node);
      throw error;
    }
  }
}

function constant(spec: TensorSpec, content: Uint8Array): Record<string, Uint8Array> {
  return { dtype: typeAttribute(dataTypeEnum(spec.dtype, 'constant')), value: tensorAttribute(spec, content) };
}

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
