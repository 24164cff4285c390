// Preloaded into services that `leti` starts: when `leti` is gone, however it went, its services drain and leave too.
const supervisor = Number(process.env['LETI_SUPERVISOR_PID']);

// A service's own children inherit this file; they have their own way to end.
if (process.channel !== undefined && process.channel !== null && process.ppid === supervisor) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}
