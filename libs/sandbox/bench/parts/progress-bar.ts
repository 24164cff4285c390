const WIDTH = 40;
const EVERY_MS = 200;

/** Shows on a terminal how much of `total` is done; says nothing where standard error is none. */
export function createProgressBar(total: number): { show(done: number, note: string): void; end(): void } {
  const shown = process.stderr.isTTY;
  let last = 0;
  return {
    show(done, note) {
      const now = performance.now();
      if (!shown || (now - last < EVERY_MS && done < total)) return;
      last = now;
      const filled = Math.round((WIDTH * done) / total);
      process.stderr.write(`\r${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${done}/${total} ${note}\x1b[K`);
    },
    end() {
      if (shown) process.stderr.write('\r\x1b[K');
    },
  };
}
