// Asks a server whether it is SERVING and ends with 0 or 1: a container's health check.
//
//   node libs/rpc/src/health-probe.ts [HOST:PORT]      without an address, that of LETI_HEALTH_ADDRESS
import { Client, credentials } from '@grpc/grpc-js';
import { untilServing } from './wait.ts';

const address = process.argv[2] ?? process.env['LETI_HEALTH_ADDRESS'];
if (address === undefined) {
  console.error('health-probe: want an address, HOST:PORT, as the argument or in LETI_HEALTH_ADDRESS');
  process.exit(2);
}
const client = new Client(address, credentials.createInsecure());
try {
  await untilServing(client, address, '', { timeoutMs: 3000 });
} catch (error) {
  console.error(`health-probe: ${(error as Error).message}`);
  process.exitCode = 1;
} finally {
  client.close();
}
