import { fileURLToPath } from 'node:url';

/** Where Node keeps compiled modules between runs of `leti` and its services; removing it costs time only. */
export const COMPILE_CACHE: string = fileURLToPath(new URL('../../.cache/node-compile-cache', import.meta.url));
