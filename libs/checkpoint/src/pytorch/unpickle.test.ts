import { describe, expect, test } from 'vitest';
import { global, int, pickled, program, text, tuple, type PicklePart } from '../testing/pickle-writer.ts';
import { tensorWorld } from './tensor-world.ts';
import { PickleError, unpickle } from './unpickle.ts';

const valueOf = (...parts: readonly PicklePart[]): unknown => unpickle(program(...parts), tensorWorld).value;

describe('unpickle', () => {
  test('reads plain data of protocols 2 and 4', () => {
    expect(valueOf('(', int(-5), 'K\x07M\x01\x02N\x88\x89', text('é'), 't')).toEqual([
      -5,
      7,
      513,
      null,
      true,
      false,
      'é',
    ]);
    expect(valueOf('\x8a\x02\x00\xff')).toBe(-256);
    expect(valueOf('\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19')).toBe(0x1950a86a20f9469cfc6cn);
    expect(valueOf('G\x3f\xf8\x00\x00\x00\x00\x00\x00')).toBe(1.5);
    expect(valueOf('](K\x01K\x02eK\x03a')).toEqual([1, 2, 3]);
    expect(valueOf('}(', text('a'), 'K\x01', text('b'), 'K\x02u')).toEqual(new Map([['a', 1], ['b', 2]])); // prettier-ignore
    expect(valueOf('\x95\x04\x00\x00\x00\x00\x00\x00\x00\x8c\x01a\x94h\x00\x86')).toEqual(['a', 'a']);
  });

  test('says where the pickle ends', () => {
    const two = pickled(program('K\x01'), program('K\x02'));
    const { value, end } = unpickle(two, tensorWorld);
    expect([value, unpickle(two.subarray(end), tensorWorld).value]).toEqual([1, 2]);
  });

  test('leaves the attributes of a dict alone', () => {
    expect(valueOf(global('collections', 'OrderedDict'), ')R}', text('__class__'), 'K\x01sb')).toEqual(new Map());
  });

  test('makes no dict for each byte of a long pickle', () => {
    const bomb = pickled('\x80\x02', Buffer.alloc((1 << 22) + 2, '0'), '.');
    for (let at = 2; at < bomb.length - 1; at += 2) bomb[at] = 0x4e; // NONE, POP, NONE, POP
    expect(() => unpickle(bomb, tensorWorld)).toThrow('want at most 4194304 instructions, got more');
  });

  test('holds a name like __proto__ as a name', () => {
    const value = valueOf('}', text('__proto__'), 'K\x01s') as Map<string, number>;
    expect([...value]).toEqual([['__proto__', 1]]);
    expect(Object.getPrototypeOf(value)).toBe(Map.prototype);
  });

  const call = (module: string, name: string, ...args: readonly PicklePart[]): Uint8Array =>
    pickled(global(module, name), tuple(...args), 'R');
  const hostile: [string, Uint8Array, string][] = [
    ['os.system', call('os', 'system', text('touch /tmp/owned')), 'got a use of "os.system"; nothing of it was run'],
    ['posix.system', call('posix', 'system', text('id')), 'posix.system'],
    ['builtins.eval', call('builtins', 'eval', text('1')), 'builtins.eval'],
    ['builtins.exec of Python 2', call('__builtin__', 'exec', text('1')), '__builtin__.exec'],
    ['builtins.getattr', call('builtins', 'getattr', text('a'), text('b')), 'builtins.getattr'],
    ['subprocess.Popen', call('subprocess', 'Popen', text('id')), 'subprocess.Popen'],
    ['runpy', call('runpy', '_run_code', text('1')), 'runpy._run_code'],
    ['torch.load', call('torch', 'load', text('x')), 'torch.load'],
    ['torch.hub.load', call('torch.hub', 'load', text('x')), 'torch.hub.load'],
    ['torch.storage._load_from_bytes', call('torch.storage', '_load_from_bytes', text('x')), '_load_from_bytes'],
    ['a dotted name through an allowed module', call('torch._utils', '_rebuild_tensor_v2.__globals__'), '__globals__'],
    ['an allowed name in another module', call('os', '_rebuild_tensor_v2'), 'os._rebuild_tensor_v2'],
    ['a name of JavaScript', global('constructor', 'constructor'), 'constructor.constructor'],
    ['a name of JavaScript in torch', global('torch', '__proto__'), 'torch.__proto__'],
    ['a global named by the stack', pickled(text('os'), text('system'), '\x93'), 'os.system'],
    ['a global named by numbers', pickled('K\x01K\x02\x93'), 'want two strings to name a global'],
    ['a call of data', pickled(text('os'), ')R'), 'want calls that make a dict or a tensor only'],
    ['a call of a storage type', pickled(global('torch', 'FloatStorage'), ')R'), 'want calls that make'],
    ['an ordered dict with arguments', pickled(global('collections', 'OrderedDict'), '(', text('x'), 'tR'), 'want calls that make'],
    ['a call without a tuple', pickled(global('collections', 'OrderedDict'), 'K\x01R'), 'want a tuple of arguments'],
    ['an object by NEWOBJ', pickled(global('collections', 'OrderedDict'), ')\x81'), 'got NEWOBJ'],
    ['an object by INST', pickled('(ios\nsystem\n'), 'got INST'],
    ['an object by OBJ', pickled('(', global('collections', 'OrderedDict'), 'o'), 'got OBJ'],
    ['an extension', pickled('\x82\x01'), 'got EXT1'],
    ['attributes for a tensor function', pickled(global('torch._utils', '_rebuild_tensor_v2'), '}b'), 'want attributes for a dict only'],
    ['attributes with slots', pickled('}N}\x86b'), 'want attributes for a dict only'],
    ['a persistent id of text', pickled(text('storage'), 'Q'), 'want a persistent id of a storage'],
    ['a persistent id of a module', pickled(tuple(text('module'), text('x')), 'Q'), 'want a persistent id of a storage'],
    ['a text longer than the file', pickled('X\xff\xff\xff\xff'), 'want 4294967295 more bytes, got the end'],
    ['a text of 2^63 bytes', pickled('\x8d\x00\x00\x00\x00\x00\x00\x00\x80'), 'more bytes, got the end'],
    ['an integer without end', pickled('\x8b\x00\x00\x10\x00'), 'want an integer of at most 16 bytes'],
    ['text that is no UTF-8', pickled('X\x01\x00\x00\x00\xff'), 'The encoded data was not valid'],
    ['an opcode of no protocol', pickled('\xfe'), 'got opcode 254'],
    ['text numbers of protocol 0', pickled('I1\n'), 'got INT'],
    ['nothing', pickled(), 'want a value, got an empty stack'],
    ['a mark as a value', pickled('('), 'want a value, got an empty stack'],
    ['no mark', pickled('t'), 'want a mark on the stack, got none'],
    ['an append to a dict', pickled('}K\x01a'), 'want a list to append to'],
    ['an item of a list', pickled(']K\x01K\x02s'), 'want a dict to set items of'],
    ['a key without a value', pickled('}(K\x01u'), 'want a value for each key'],
    ['a memo that is not set', pickled('h\x05'), 'want memo 5 to be set'],
  ]; // prettier-ignore
  test.each(hostile)('refuses %s', (_, pickle, message) => {
    let error: unknown;
    try {
      unpickle(program(pickle), tensorWorld);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(PickleError);
    expect((error as Error).message).toContain(message);
  });

  test('names what it refuses in few words, whatever its length', () => {
    expect(() => valueOf(global('m'.repeat(100_000), 'x'))).toThrow(/^pickle, byte 2: .{0,200}$/);
  });

  test('holds lists that would be endless if copied', () => {
    // Each list holds the one before twice, forty levels deep; and one that holds itself.
    const levels = Array.from({ length: 40 }, (_, i) =>
      pickled('](h', Buffer.from([i]), 'h', Buffer.from([i]), 'eq', Buffer.from([i + 1])),
    );
    expect(valueOf(']q\x00', ...levels)).toHaveLength(2);
    expect(valueOf(']q\x00h\x00a')).toHaveLength(1);
  });

  test('stops at the end of the bytes', () => {
    const bytes = program(text('abc'), int(1), '\x86');
    for (let length = 0; length < bytes.length; length++) {
      expect(() => unpickle(bytes.subarray(0, length), tensorWorld)).toThrow(PickleError);
    }
  });
});
