// Protobuf bytes of the TensorFlow messages that make a graph: field numbers from tensorflow/core/framework/*.proto
// and tensorflow/core/protobuf/{meta_graph,saved_model}.proto.
import { backend, type KernelAttribute } from '../tf.ts';
import { CompileError, dataTypeEnum, type TensorSpec } from './dtype.ts';
import { ProtobufWriter } from './protobuf-writer.ts';

/** A node of the graph: an operation, the outputs it reads (`name`, `name:1`, or `^name` for order only), its settings. */
export interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  /** AttrValue messages by attribute name. */
  readonly attributes: ReadonlyMap<string, Uint8Array>;
}

/** The graph version of TensorFlow 2.8: new enough that no upgrade rule applies, old enough for every library we load. */
const GRAPH_PRODUCER = 1087;

const message = (): ProtobufWriter => new ProtobufWriter();

function shapeMessage(shape: readonly number[]): Uint8Array {
  const writer = message();
  for (const size of shape) writer.bytes(2, message().varint(1, size).finish());
  return writer.finish();
}

/** AttrValue holding an element type. */
export const typeAttribute = (dataType: number): Uint8Array => message().varint(6, dataType).finish();
/** AttrValue holding true or false. */
export const boolAttribute = (value: boolean): Uint8Array => message().bool(5, value).finish();
/** AttrValue holding an integer. */
export const intAttribute = (value: number): Uint8Array => message().varint(3, value).finish();
/** AttrValue holding a string. */
export const stringAttribute = (value: string): Uint8Array => message().string(2, value).finish();
/** AttrValue holding a shape. */
export const shapeAttribute = (shape: readonly number[]): Uint8Array =>
  message().bytes(7, shapeMessage(shape)).finish();

/** AttrValue holding a constant tensor; `content` is its values as little-endian bytes. */
export function tensorAttribute(spec: TensorSpec, content: Uint8Array): Uint8Array {
  const tensor = message()
    .varint(1, dataTypeEnum(spec.dtype, 'constant'))
    .bytes(2, shapeMessage(spec.shape))
    .bytes(4, content);
  return message().bytes(8, tensor.finish()).finish();
}

/**
 * AttrValue of an attribute that was handed to an eager kernel.
 * @throws {CompileError} for attribute kinds that a graph cannot hold (resources)
 */
export function kernelAttribute(op: string, attribute: KernelAttribute): Uint8Array {
  const { binding } = backend;
  const { name, type, value } = attribute;
  const writer = message();
  if (Array.isArray(value) && type !== binding.TF_ATTR_SHAPE) {
    const list = message();
    const field = type === binding.TF_ATTR_TYPE ? 6 : type === binding.TF_ATTR_INT ? 3 : undefined;
    if (field === undefined) throw new CompileError(`${op}.${name}: a list must be of types or integers, got ${type}`);
    for (const item of value as readonly number[]) list.varint(field, item);
    return writer.bytes(1, list.finish()).finish();
  }
  switch (type) {
    case binding.TF_ATTR_TYPE:
      return typeAttribute(value as number);
    case binding.TF_ATTR_BOOL:
      return boolAttribute(Boolean(value));
    case binding.TF_ATTR_INT:
      return writer.varint(3, value as number).finish();
    case binding.TF_ATTR_FLOAT:
      return writer.float(4, value as number).finish();
    case binding.TF_ATTR_STRING:
      return stringAttribute(value as string);
    case binding.TF_ATTR_SHAPE:
      return shapeAttribute(value as readonly number[]);
    default:
      throw new CompileError(`${op}.${name} must be a type, bool, int, float, string or shape attribute, got ${type}`);
  }
}

/** NodeDef bytes as a GraphDef field, so that a GraphDef is the concatenation of its nodes. */
export function encodeNode(node: GraphNode): Uint8Array {
  const writer = message().string(1, node.name).string(2, node.op);
  for (const input of node.inputs) writer.string(3, input);
  for (const [name, value] of node.attributes) writer.bytes(5, message().string(1, name).bytes(2, value).finish());
  return message().bytes(1, writer.finish()).finish();
}

/** A SavedModel with one meta graph, tagged `serve`, made of these encoded nodes. */
export function encodeSavedModel(nodes: readonly Uint8Array[]): Uint8Array {
  const versions = message().bytes(4, message().varint(1, GRAPH_PRODUCER).finish()).finish();
  const graphDef = Buffer.concat([...nodes, versions]);
  const metaInfo = message().string(4, 'serve').finish();
  const metaGraph = message().bytes(1, metaInfo).bytes(2, graphDef).finish();
  return message().varint(1, 1).bytes(2, metaGraph).finish();
}
