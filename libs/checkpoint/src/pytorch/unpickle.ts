import { Op, REFUSED_OPS } from './opcodes.ts';
import { PickleReader } from './pickle-reader.ts';

/** A value of a pickle. Tuples and lists are arrays, dicts are maps, bytes are Uint8Array. */
export type PickleValue =
  null | boolean | number | bigint | string | Uint8Array | PickleValue[] | Map<PickleValue, PickleValue> | object;

/** What a pickle may name, and what becomes of it: everything it can do beyond plain data. */
export interface PickleWorld {
  /** What `module.name` stands for. @throws to refuse it */
  global(module: string, name: string): PickleValue;
  /** What calling that gives. Only what `global` returned can be called. @throws to refuse it */
  call(callee: PickleValue, args: readonly PickleValue[]): PickleValue;
  /** What a persistent id stands for. @throws to refuse it */
  persistent(id: PickleValue): PickleValue;
}

/** Something in a pickle that a file of weights has no use for, or damage. `position` is in bytes from the start. */
export class PickleError extends Error {
  override readonly name = 'PickleError';
  readonly position: number;

  constructor(position: number, problem: string, options?: ErrorOptions) {
    super(`pickle, byte ${position}: ${problem}`, options);
    this.position = position;
  }
}

/** About 60 make a tensor. A byte can make a dict of some hundred bytes, so the length alone does not bound the memory. */
const MAX_INSTRUCTIONS = 1 << 22;

/** Marks the start of a group on the stack. */
const MARK: unique symbol = Symbol('mark');

/**
 * Reads one pickle without running any of it. A pickle is a program for a small stack machine, two of whose
 * instructions import and call anything; here importing and calling are what `world` allows, and objects of other
 * classes cannot be made at all. Work and memory are linear in the pickle's length.
 *
 * @param bytes may go on after the pickle
 * @returns the value, and the position after it
 * @throws {PickleError}
 * @see https://github.com/python/cpython/blob/3.13/Lib/pickletools.py for each opcode
 */
export function unpickle(bytes: Uint8Array, world: PickleWorld): { value: PickleValue; end: number } {
  const machine = new Machine(bytes, world);
  try {
    return { value: machine.run(), end: machine.position };
  } catch (error) {
    if (error instanceof PickleError) throw error;
    throw new PickleError(machine.opPosition, (error as Error).message, { cause: error });
  }
}

/** The stack machine. Errors without a place get that of the running opcode. */
class Machine {
  readonly #reader: PickleReader;
  readonly #world: PickleWorld;
  readonly #stack: (PickleValue | typeof MARK)[] = [];
  readonly #memo = new Map<number, PickleValue>();
  opPosition = 0;

  constructor(bytes: Uint8Array, world: PickleWorld) {
    this.#reader = new PickleReader(bytes);
    this.#world = world;
  }

  get position(): number {
    return this.#reader.position;
  }

  run(): PickleValue {
    for (let count = 0; ; count++) {
      this.opPosition = this.#reader.position;
      if (count === MAX_INSTRUCTIONS) throw new Error(`want at most ${MAX_INSTRUCTIONS} instructions, got more`);
      const op = this.#reader.uint8();
      if (op === Op.STOP) return this.#pop();
      this.#step(op);
    }
  }

  #step(op: number): void {
    const reader = this.#reader;
    switch (op) {
      case Op.PROTO:
        return void reader.uint8();
      case Op.FRAME:
        return void reader.length(8);
      case Op.MARK:
        return void this.#stack.push(MARK);
      case Op.POP:
        return void this.#stack.pop();
      case Op.POP_MARK:
        return void this.#popMark();
      case Op.DUP:
        return this.#push(this.#top());

      case Op.NONE:
        return this.#push(null);
      case Op.NEWTRUE:
      case Op.NEWFALSE:
        return this.#push(op === Op.NEWTRUE);
      case Op.BININT:
        return this.#push(reader.int32());
      case Op.BININT1:
        return this.#push(reader.uint8());
      case Op.BININT2:
        return this.#push(reader.length(2));
      case Op.LONG1:
        return this.#push(reader.integer(reader.length(1)));
      case Op.LONG4:
        return this.#push(reader.integer(reader.length(4)));
      case Op.BINFLOAT:
        return this.#push(reader.float64());
      case Op.SHORT_BINUNICODE:
      case Op.SHORT_BINSTRING:
        return this.#push(reader.text(reader.length(1)));
      case Op.BINUNICODE:
      case Op.BINSTRING:
        return this.#push(reader.text(reader.length(4)));
      case Op.BINUNICODE8:
        return this.#push(reader.text(reader.length(8)));
      case Op.SHORT_BINBYTES:
        return this.#push(reader.bytes(reader.length(1)));
      case Op.BINBYTES:
        return this.#push(reader.bytes(reader.length(4)));

      case Op.EMPTY_TUPLE:
      case Op.EMPTY_LIST:
        return this.#push([]);
      case Op.TUPLE:
      case Op.LIST:
        return this.#push(this.#popMark());
      case Op.TUPLE1:
      case Op.TUPLE2:
      case Op.TUPLE3:
        return this.#push(this.#popMany(op - Op.TUPLE1 + 1));
      case Op.APPEND: {
        const item = this.#pop();
        return void this.#list().push(item);
      }
      case Op.APPENDS: {
        const items = this.#popMark();
        const list = this.#list();
        for (const item of items) list.push(item);
        return;
      }
      case Op.EMPTY_DICT:
        return this.#push(new Map());
      case Op.DICT:
        return this.#push(this.#setItems(new Map(), this.#popMark()));
      case Op.SETITEM: {
        const items = this.#popMany(2);
        return void this.#setItems(this.#dict(), items);
      }
      case Op.SETITEMS: {
        const items = this.#popMark();
        return void this.#setItems(this.#dict(), items);
      }

      case Op.BINPUT:
        return void this.#memo.set(reader.uint8(), this.#top());
      case Op.LONG_BINPUT:
        return void this.#memo.set(reader.length(4), this.#top());
      case Op.MEMOIZE:
        return void this.#memo.set(this.#memo.size, this.#top());
      case Op.BINGET:
        return this.#push(this.#remembered(reader.uint8()));
      case Op.LONG_BINGET:
        return this.#push(this.#remembered(reader.length(4)));

      case Op.GLOBAL:
        return this.#push(this.#world.global(reader.line(), reader.line()));
      case Op.STACK_GLOBAL: {
        const [module, name] = this.#popMany(2);
        if (typeof module === 'string' && typeof name === 'string') return this.#push(this.#world.global(module, name));
        throw new Error('want two strings to name a global');
      }
      case Op.REDUCE: {
        const [callee, args] = this.#popMany(2);
        if (Array.isArray(args)) return this.#push(this.#world.call(callee!, args));
        throw new Error('want a tuple of arguments');
      }
      case Op.BUILD: {
        // A state dict's own attributes, `_metadata`: versions of modules, which say nothing about the numbers.
        const state = this.#pop();
        if (state instanceof Map && this.#top() instanceof Map) return;
        throw new Error('want attributes for a dict only');
      }
      case Op.BINPERSID:
        return this.#push(this.#world.persistent(this.#pop()));
      default:
        throw new Error(`want an instruction for plain data, got ${REFUSED_OPS[op] ?? `opcode ${op}`}`);
    }
  }

  #push(value: PickleValue): void {
    this.#stack.push(value);
  }

  #pop(): PickleValue {
    const value = this.#top();
    this.#stack.pop();
    return value;
  }

  #top(): PickleValue {
    const value = this.#stack.at(-1);
    if (value === undefined || value === MARK) throw new Error('want a value, got an empty stack');
    return value;
  }

  #popMany(count: number): PickleValue[] {
    const values: PickleValue[] = [];
    for (let i = 0; i < count; i++) values.unshift(this.#pop());
    return values;
  }

  #popMark(): PickleValue[] {
    const start = this.#stack.lastIndexOf(MARK);
    if (start === -1) throw new Error('want a mark on the stack, got none');
    const values = this.#stack.splice(start);
    return values.slice(1) as PickleValue[];
  }

  #list(): PickleValue[] {
    const list = this.#top();
    if (Array.isArray(list)) return list;
    throw new Error('want a list to append to');
  }

  #dict(): Map<PickleValue, PickleValue> {
    const dict = this.#top();
    if (dict instanceof Map) return dict;
    throw new Error('want a dict to set items of');
  }

  #setItems(dict: Map<PickleValue, PickleValue>, items: readonly PickleValue[]): Map<PickleValue, PickleValue> {
    if (items.length % 2 !== 0) throw new Error('want a value for each key');
    for (let i = 0; i < items.length; i += 2) dict.set(items[i]!, items[i + 1]!);
    return dict;
  }

  #remembered(index: number): PickleValue {
    const value = this.#memo.get(index);
    if (value === undefined) throw new Error(`want memo ${index} to be set`);
    return value;
  }
}
