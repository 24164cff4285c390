export { CompileError } from './compile/dtype.ts';
