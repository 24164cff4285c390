import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';

/** A file of tests, cut as the evaluator takes them. */
export interface TestFile {
  /** What stands before the first assertion: imports, helpers. */
  readonly testSetupCode: string;
  /** A statement each. */
  readonly tests: readonly string[];
}

/** Python's own parser knows best where a statement ends. */
const SPLITTER = `
import ast, json, sys
source = sys.stdin.buffer.read().decode("utf-8-sig", "surrogatepass").replace(chr(13) + chr(10), chr(10)).replace(chr(13), chr(10))
try:
    body = ast.parse(source).body
except SyntaxError as error:
    sys.exit(f"a syntax error in line {error.lineno}: {error.msg}" if error.lineno else f"a syntax error: {error.msg}")
except (ValueError, RecursionError, MemoryError) as error:
    sys.exit(f"what it cannot read: {error or type(error).__name__}")
idle = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign)
def judges(node):
    return not isinstance(node, idle) and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
if not any(judges(node) for node in body):
    body = []
first = next((i for i, node in enumerate(body) if isinstance(node, ast.Assert)), 0)
lines = source.split(chr(10))  # no other character ends a line of Python
def text(nodes):
    return [chr(10).join(lines[min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))]) - 1:node.end_lineno]) for node in nodes]
json.dump({"setup": chr(10).join(text(body[:first])), "tests": text(body[first:])}, sys.stdout)
`;

/**
 * Cuts Python source with tests into statements; those before the first `assert` become set-up.
 * @param file stands in messages
 * @throws {CliError} when it is not Python, there is no Python, or nothing in the file would judge: test functions that
 *   nobody calls would pass every solution
 */
export async function splitTests(source: string, file: string): Promise<TestFile> {
  const child = spawn('python3', ['-I', '-c', SPLITTER], { stdio: ['pipe', 'pipe', 'pipe'] });
  const failed = once(child, 'error').then(([error]: unknown[]) => {
    throw new CliError(EXIT.failed, 'expected a python3 on the path, found none', { cause: error });
  });
  child.stdin.on('error', () => {});
  child.stdin.end(source);
  const done = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  const [output, complaint, [status]] = await Promise.race([done, failed]);
  if (status !== 0) throw new CliError(EXIT.badInput, `${file}: expected Python, got ${complaint.trim()}`);
  const { setup, tests } = JSON.parse(output) as { setup: string; tests: string[] };
  if (tests.length === 0) {
    throw new CliError(
      EXIT.badInput,
      `${file}: expected an assertion or a call at top level, got none; functions like test_x are not called by themselves`,
    );
  }
  return { testSetupCode: setup, tests };
}
