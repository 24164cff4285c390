// What tests of several packages need: matchers, folders, servers, data. Never imported by a program.
import './matchers.ts';

export { dataFolder, describeWithData } from './describe-with-data.ts';
export { freePort } from './free-port.ts';
export { goldenPath, readGolden } from './golden.ts';
export { temporaryFolder } from './temporary-folder.ts';
export { testServer } from './test-server.ts';
export type { TestServer } from './test-server.ts';
export type { Numbers, Tolerance } from './to-be-all-close.ts';
