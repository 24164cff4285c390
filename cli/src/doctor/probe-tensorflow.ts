// Run by `leti doctor` in a process of its own: prints what computes, as JSON.
import { tensorRuntime } from '@leti/nn';

process.stdout.write(JSON.stringify(tensorRuntime()));
